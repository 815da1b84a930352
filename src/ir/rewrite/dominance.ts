/** Which blocks of a region must have run before a block runs. */
import type { Block, Region } from "../core.ts";

/** A block with the blocks that it immediately dominates, in the order of the region. */
export interface DominatorNode {
  readonly block: Block;
  readonly children: readonly DominatorNode[];
}

/**
 * The dominator tree of a region, from its entry block; undefined when it has no block. Blocks that cannot be reached are
 * not in it.
 *
 * @see Cooper, Harvey, Kennedy, A Simple, Fast Dominance Algorithm, 2001, figure 3
 */
export function dominatorTree(region: Region): DominatorNode | undefined {
  const [entry, second] = region.blocks;
  if (entry === undefined) return undefined;
  if (second === undefined) return { block: entry, children: [] };
  const order = reversePostorder(entry);
  const numbers = new Map(order.map((block, number) => [block, number]));
  const dominators = immediateDominators(order, numbers);
  const nodes = order.map((block) => ({ block, children: [] as DominatorNode[] }));
  // In the order of the region, so that the tree does not depend on the order of successors.
  for (const block of region.blocks) {
    const number = numbers.get(block);
    if (number === undefined || number === 0) continue;
    const [node, parent] = [nodes[number], nodes[dominators[number] ?? 0]];
    if (node !== undefined) parent?.children.push(node);
  }
  return nodes[0];
}

/** Number of the immediate dominator of each block; the entry's is itself. */
function immediateDominators(order: readonly Block[], numbers: ReadonlyMap<Block, number>): Int32Array {
  const predecessors = order.map((): number[] => []);
  order.forEach((block, number) => {
    for (const successor of block.last?.successors ?? []) predecessors[numbers.get(successor) ?? 0]?.push(number);
  });
  const dominators = new Int32Array(order.length).fill(-1);
  dominators[0] = 0;
  for (let isChanged = true; isChanged;) {
    isChanged = false;
    for (let number = 1; number < order.length; number++) {
      const known = (predecessors[number] ?? []).filter((predecessor) => dominators[predecessor] !== -1);
      const found = known.reduce((a, b) => nearestCommon(dominators, a, b));
      if (dominators[number] === found) continue;
      dominators[number] = found;
      isChanged = true;
    }
  }
  return dominators;
}

/** The nearest block that dominates both; numbers fall on the way up. */
function nearestCommon(dominators: Int32Array, a: number, b: number): number {
  let [left, right] = [a, b];
  while (left !== right) {
    while (left > right) left = dominators[left] ?? 0;
    while (right > left) right = dominators[right] ?? 0;
  }
  return left;
}

/** Blocks that can be reached, each before its successors but for those that lead back. */
function reversePostorder(entry: Block): readonly Block[] {
  const postorder: Block[] = [];
  const seen = new Set([entry]);
  const stack = [{ block: entry, next: 0 }];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const successor = top.block.last?.successors[top.next++];
    if (successor === undefined) {
      postorder.push(top.block);
      stack.pop();
    } else if (!seen.has(successor)) {
      seen.add(successor);
      stack.push({ block: successor, next: 0 });
    }
  }
  return postorder.reverse();
}
