/** ONNX's test cases that fastc is not asked to pass, by name: what they test is not inference on tensors of numbers. */

/** A family of cases. */
interface Exclusion {
  readonly names: RegExp;
  readonly reason: string;
}

/** Names as in ONNX's `onnx/backend/test/data`. */
const exclusions: readonly Exclusion[] = [
  {
    names: /^test_(equal_string|string_|regex_full_match|strnorm|cast(like)?_(STRING_|\w+_to_STRING)|label_encoder)/,
    reason: "strings",
  },
  {
    names: /^test_(sequence_|split_to_sequence|concat_from_sequence|identity_sequence|if_seq|loop13_seq)/,
    reason: "sequences of tensors",
  },
  { names: /^test_(optional_|identity_opt|if_opt|loop16_seq_none)/, reason: "optional values" },
  { names: /^test_(adagrad|adam|momentum|nesterov_momentum|gradient_)/, reason: "training" },
  // Which elements are dropped is up to the implementation's random numbers.
  { names: /^test_training_dropout(?!_zero_ratio)/, reason: "training" },
  { names: /^test_image_decoder_/, reason: "the output's shape is in the data: a compressed image" },
];

/** Why a case is not run; undefined when it is. */
export function exclusionOf(name: string): string | undefined {
  return exclusions.find(({ names }) => names.test(name))?.reason;
}
