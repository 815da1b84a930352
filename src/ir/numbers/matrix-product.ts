/** Matrix products for the reference kernels: sums in double precision, added in the order of the inner index. */

/** Numbers that are read as a matrix: element [i, j] stands at `start + i × rowStride + j × columnStride`. */
export interface MatrixView {
  readonly data: Float32Array | Float64Array;
  readonly start: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** A matrix of `rows × inner` numbers in panels of three rows: the rows' elements of one inner index stand together. */
export interface PackedRows {
  readonly rows: number;
  readonly inner: number;
  readonly panels: Float64Array;
}

/**
 * Rows (or columns) of a panel. Nine sums and the six numbers that they are made from fit into the sixteen floating-point
 * registers of x86-64 and AArch64, so that the innermost loop loads each number for three products.
 */
const panelRows = 3;

/** Copies `rows × inner` numbers into panels; rows that fill the last panel are zeros. */
export function packRows(matrix: MatrixView, rows: number, inner: number): PackedRows {
  const panels = new Float64Array(Math.ceil(rows / panelRows) * panelRows * inner);
  for (let first = 0; first < rows; first += panelRows) {
    packPanel(matrix, { first, count: Math.min(panelRows, rows - first), inner }, panels.subarray(first * inner));
  }
  return { rows, inner, panels };
}

interface PanelPlace {
  readonly first: number;
  readonly count: number;
  readonly inner: number;
}

function packPanel({ data, start, rowStride, columnStride }: MatrixView, place: PanelPlace, panel: Float64Array): void {
  const { first, count, inner } = place;
  for (let row = 0; row < count; row++) {
    let from = start + (first + row) * rowStride;
    for (let at = row; at < inner * panelRows; at += panelRows) {
      panel[at] = data[from]!;
      from += columnStride;
    }
  }
}

/** out[i, j] = sum over k of lhs[i, k] × rhs[k, j], for `columns` columns j. */
export function multiply(lhs: PackedRows, rhs: MatrixView, columns: number, out: MatrixView): void {
  const { inner } = lhs;
  const transposed = { ...rhs, rowStride: rhs.columnStride, columnStride: rhs.rowStride };
  const panel = new Float64Array(inner * panelRows);
  for (let first = 0; first < columns; first += panelRows) {
    const count = Math.min(panelRows, columns - first);
    if (count < panelRows) panel.fill(0);
    packPanel(transposed, { first, count, inner }, panel);
    const start = out.start + first * out.columnStride;
    if (count === panelRows) multiplyWholePanel(lhs, panel, { ...out, start });
    else multiplyRaggedPanel(lhs, panel, { out: { ...out, start }, count });
  }
}

/** Three columns of a product. */
function multiplyWholePanel({ rows, inner, panels }: PackedRows, columns: Float64Array, out: MatrixView): void {
  const { data, start, rowStride, columnStride } = out;
  let at = 0;
  for (let row = 0; row < rows; row += panelRows) {
    // One by one: taking them from an array keeps them out of registers, and is eight times slower.
    let s00 = 0;
    let s01 = 0;
    let s02 = 0;
    let s10 = 0;
    let s11 = 0;
    let s12 = 0;
    let s20 = 0;
    let s21 = 0;
    let s22 = 0;
    for (let k = 0; k < inner * panelRows; k += panelRows) {
      const a0 = panels[at]!;
      const a1 = panels[at + 1]!;
      const a2 = panels[at + 2]!;
      const b0 = columns[k]!;
      const b1 = columns[k + 1]!;
      const b2 = columns[k + 2]!;
      at += panelRows;
      s00 += a0 * b0;
      s01 += a0 * b1;
      s02 += a0 * b2;
      s10 += a1 * b0;
      s11 += a1 * b1;
      s12 += a1 * b2;
      s20 += a2 * b0;
      s21 += a2 * b1;
      s22 += a2 * b2;
    }
    const to = start + row * rowStride;
    data[to] = s00;
    data[to + columnStride] = s01;
    data[to + 2 * columnStride] = s02;
    if (row + 1 >= rows) return;
    data[to + rowStride] = s10;
    data[to + rowStride + columnStride] = s11;
    data[to + rowStride + 2 * columnStride] = s12;
    if (row + 2 >= rows) return;
    data[to + 2 * rowStride] = s20;
    data[to + 2 * rowStride + columnStride] = s21;
    data[to + 2 * rowStride + 2 * columnStride] = s22;
  }
}

/** The last one or two columns of a product. */
function multiplyRaggedPanel(
  { rows, inner, panels }: PackedRows,
  columns: Float64Array,
  { out, count }: { readonly out: MatrixView; readonly count: number },
): void {
  for (let row = 0; row < rows; row++) {
    const first = (row - (row % panelRows)) * inner + (row % panelRows);
    for (let column = 0; column < count; column++) {
      let sum = 0;
      for (let k = 0; k < inner * panelRows; k += panelRows) sum += panels[first + k]! * columns[column + k]!;
      out.data[out.start + row * out.rowStride + column * out.columnStride] = sum;
    }
  }
}
