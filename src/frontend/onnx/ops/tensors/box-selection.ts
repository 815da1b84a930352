/** Non-maximum suppression: of boxes that overlap, the one with the best score. */

/**
 * @property boxes       [batches, count, 4]: two opposite corners y1, x1, y2, x2, or center x, y and width, height
 * @property scores      [batches, classes, count]
 * @property most        boxes selected at most per batch and class
 * @property overlap     a box is left out when its intersection over union with a selected one is above this
 * @property leastScore  boxes with a score that is not above this are left out
 */
export interface BoxProblem {
  readonly boxes: ArrayLike<number>;
  readonly scores: ArrayLike<number>;
  readonly sizes: { readonly batches: number; readonly classes: number; readonly count: number };
  readonly most: number;
  readonly overlap: number;
  readonly leastScore: number | undefined;
  readonly hasCenters: boolean;
}

interface Box {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** Triples of batch, class and box, for each class in the order of falling scores. */
export function selectBoxes(problem: BoxProblem): readonly (readonly [number, number, number])[] {
  const { batches, classes, count } = problem.sizes;
  const selected: [number, number, number][] = [];
  for (let batch = 0; batch < batches; batch++) {
    const boxes = Array.from({ length: count }, (_unused, index) => boxAt(problem, (batch * count + index) * 4));
    for (let class_ = 0; class_ < classes; class_++) {
      const first = (batch * classes + class_) * count;
      const scores = Array.from({ length: count }, (_unused, index) => problem.scores[first + index] ?? 0);
      for (const box of selectOfClass(boxes, scores, problem)) selected.push([batch, class_, box]);
    }
  }
  return selected;
}

function selectOfClass(
  boxes: readonly Box[],
  scores: readonly number[],
  { most, overlap, leastScore = -Infinity }: BoxProblem,
): readonly number[] {
  const score = (index: number): number => scores[index] ?? 0;
  const candidates = boxes.flatMap((_box, index) => (score(index) > leastScore ? [index] : []));
  const kept: number[] = [];
  for (const index of candidates.sort((a, b) => score(b) - score(a) || a - b)) {
    if (kept.length >= most) break;
    const box = boxes[index];
    const isFree = kept.every((other) => intersectionOverUnion(box, boxes[other]) <= overlap);
    if (isFree) kept.push(index);
  }
  return kept;
}

function boxAt({ boxes, hasCenters }: BoxProblem, at: number): Box {
  const [a = 0, b = 0, c = 0, d = 0] = [boxes[at], boxes[at + 1], boxes[at + 2], boxes[at + 3]];
  if (hasCenters) return { left: a - c / 2, right: a + c / 2, top: b - d / 2, bottom: b + d / 2 };
  return { top: Math.min(a, c), bottom: Math.max(a, c), left: Math.min(b, d), right: Math.max(b, d) };
}

function intersectionOverUnion(a: Box | undefined, b: Box | undefined): number {
  if (a === undefined || b === undefined) return 0;
  const height = Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
  const width = Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left));
  const area = (box: Box): number => (box.bottom - box.top) * (box.right - box.left);
  const [shared, both] = [height * width, area(a) + area(b) - height * width];
  return both <= 0 ? 0 : shared / both;
}
