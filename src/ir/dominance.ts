/** Which blocks of a region every path from its first block passes through on the way to another. */
import type { Block, Region } from "./core.ts";

/** The blocks of a region as a tree: a block dominates all that hang below it. */
export interface DominatorTree {
  /** Blocks that a block dominates immediately, in the order of the region. */
  readonly childrenOf: (block: Block) => readonly Block[];
  /** Blocks that no path from the first one reaches. */
  readonly unreachable: readonly Block[];
}

/**
 * The dominator tree of a region with at least one block.
 *
 * @see Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm", Rice University TR-06-33870, 2006, figure 3
 */
export function dominatorTree(region: Region): DominatorTree {
  const order = reversePostorder(region);
  const numbers = new Map(order.map((block, number) => [block, number]));
  const predecessors: number[][] = order.map(() => []);
  order.forEach((block, number) => {
    for (const successor of successorsOf(block)) predecessors[numbers.get(successor) ?? 0]?.push(number);
  });
  const immediate = immediateDominators(predecessors);
  const children = new Map<Block, Block[]>();
  for (const block of region.blocks) {
    const number = numbers.get(block);
    if (number === undefined || number === 0) continue;
    const parent = order[immediate[number] ?? 0];
    if (parent === undefined) continue;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [block]);
    else siblings.push(block);
  }
  return {
    childrenOf: (block) => children.get(block) ?? [],
    unreachable: region.blocks.filter((block) => !numbers.has(block)),
  };
}

/** Blocks that may run after a block: the successors of its last operation. */
export function successorsOf(block: Block): readonly Block[] {
  return block.last?.successors ?? [];
}

/** Immediate dominators by number in reverse postorder; that of the first block is itself. */
function immediateDominators(predecessors: readonly (readonly number[])[]): Int32Array {
  const immediate = new Int32Array(predecessors.length).fill(-1);
  immediate[0] = 0;
  for (let isChanged = true; isChanged;) {
    isChanged = false;
    for (let number = 1; number < predecessors.length; number++) {
      let common = -1;
      for (const predecessor of predecessors[number] ?? []) {
        if (immediate[predecessor] === -1) continue;
        common = common === -1 ? predecessor : intersect(immediate, common, predecessor);
      }
      if (immediate[number] === common) continue;
      immediate[number] = common;
      isChanged = true;
    }
  }
  return immediate;
}

/** The nearest block that dominates both. */
function intersect(immediate: Int32Array, first: number, second: number): number {
  let [a, b] = [first, second];
  while (a !== b) {
    while (a > b) a = immediate[a] ?? 0;
    while (b > a) b = immediate[b] ?? 0;
  }
  return a;
}

/** Blocks that can be reached, each before those that it reaches first; without recursion, which long chains overflow. */
function reversePostorder(region: Region): readonly Block[] {
  const [first] = region.blocks;
  if (first === undefined) return [];
  const seen = new Set<Block>([first]);
  const open = [{ block: first, next: 0 }];
  const finished: Block[] = [];
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const successor = successorsOf(top.block)[top.next++];
    if (successor === undefined) {
      finished.push(top.block);
      open.pop();
    } else if (!seen.has(successor) && successor.parent === region) {
      seen.add(successor);
      open.push({ block: successor, next: 0 });
    }
  }
  return finished.reverse();
}
