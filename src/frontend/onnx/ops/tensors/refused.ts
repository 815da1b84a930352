/** Standard operators that fastc does not import, and why. */

const strings = "fastc has no strings: the IR is of tensors of numbers";
const sequences = "fastc has no sequences of tensors: the number of tensors would depend on data";
const optionals = "fastc has no optional values";
const random = "its numbers are random: what it gives is not the same in two implementations";

/** Reasons by operator. */
export const refusedOperators: Readonly<Record<string, string>> = {
  Bernoulli: random,
  Multinomial: random,
  RandomNormal: random,
  RandomNormalLike: random,
  RandomUniform: random,
  RandomUniformLike: random,
  ConcatFromSequence: sequences,
  SequenceAt: sequences,
  SequenceConstruct: sequences,
  SequenceEmpty: sequences,
  SequenceErase: sequences,
  SequenceInsert: sequences,
  SequenceLength: sequences,
  SequenceMap: sequences,
  SplitToSequence: sequences,
  Optional: optionals,
  OptionalGetElement: optionals,
  OptionalHasElement: optionals,
  RegexFullMatch: strings,
  StringConcat: strings,
  StringNormalizer: strings,
  StringSplit: strings,
  ImageDecoder: "the shape of its output is in the data, a compressed image",
};
