/** Kinds of tokens of MLIR text. Our lexer makes them; chevrotain only compares them, so that they have no pattern. */
import type { TokenType } from "chevrotain";
import { createToken, Lexer } from "chevrotain";

function kind(name: string, label: string, category?: TokenType): TokenType {
  const parent = category === undefined ? {} : { categories: [category] };
  return createToken({ name, label, pattern: Lexer.NA, ...parent });
}

/** A bare identifier; every keyword is one, too, where any name may stand. */
export const word = kind("Word", "a name");

/** Bare identifiers that mean something to the grammar. */
export const keywords = {
  affineMap: kind("AffineMap", "'affine_map'", word),
  affineSet: kind("AffineSet", "'affine_set'", word),
  array: kind("Array", "'array'", word),
  at: kind("At", "'at'", word),
  attributes: kind("Attributes", "'attributes'", word),
  callsite: kind("Callsite", "'callsite'", word),
  ceildiv: kind("Ceildiv", "'ceildiv'", word),
  complex: kind("Complex", "'complex'", word),
  dense: kind("Dense", "'dense'", word),
  denseResource: kind("DenseResource", "'dense_resource'", word),
  distinct: kind("Distinct", "'distinct'", word),
  false: kind("False", "'false'", word),
  floordiv: kind("Floordiv", "'floordiv'", word),
  fused: kind("Fused", "'fused'", word),
  loc: kind("Loc", "'loc'", word),
  memref: kind("Memref", "'memref'", word),
  mod: kind("Mod", "'mod'", word),
  offset: kind("Offset", "'offset'", word),
  sparse: kind("Sparse", "'sparse'", word),
  strided: kind("Strided", "'strided'", word),
  tensor: kind("Tensor", "'tensor'", word),
  to: kind("To", "'to'", word),
  true: kind("True", "'true'", word),
  tuple: kind("Tuple", "'tuple'", word),
  unit: kind("Unit", "'unit'", word),
  unknown: kind("Unknown", "'unknown'", word),
  vector: kind("Vector", "'vector'", word),
  visibility: kind("Visibility", "'public', 'private' or 'nested'", word),
} as const;

/** Names of ops whose pretty form is not the plain one. */
export const opNames = {
  module: kind("ModuleName", "'module'", word),
  function: kind("FunctionName", "'func.func'", word),
  terminator: kind("TerminatorName", "a terminator", word),
} as const;

/** Punctuation, by its spelling. */
export const signs = {
  "(": kind("LeftParenthesis", "'('"),
  ")": kind("RightParenthesis", "')'"),
  "[": kind("LeftBracket", "'['"),
  "]": kind("RightBracket", "']'"),
  "{": kind("LeftBrace", "'{'"),
  "}": kind("RightBrace", "'}'"),
  "<": kind("Less", "'<'"),
  ">": kind("Greater", "'>'"),
  ",": kind("Comma", "','"),
  ":": kind("Colon", "':'"),
  "::": kind("DoubleColon", "'::'"),
  "=": kind("Equal", "'='"),
  "==": kind("DoubleEqual", "'=='"),
  ">=": kind("GreaterEqual", "'>='"),
  "->": kind("Arrow", "'->'"),
  "-": kind("Minus", "'-'"),
  "+": kind("Plus", "'+'"),
  "*": kind("Star", "'*'"),
  "?": kind("Question", "'?'"),
  "{-#": kind("LeftResources", "'{-#'"),
  "#-}": kind("RightResources", "'#-}'"),
} as const;

/** Everything else. */
export const literals = {
  /** `%name`, `%name#1`. */
  value: kind("ValueName", "a value"),
  /** `^bb0`. */
  block: kind("BlockName", "a block label"),
  /** `@name`, `@"any name"`. */
  symbol: kind("SymbolName", "a symbol"),
  string: kind("StringLiteral", "a string"),
  integer: kind("IntegerLiteral", "an integer"),
  hexInteger: kind("HexIntegerLiteral", "a hexadecimal integer"),
  float: kind("FloatLiteral", "a float"),
  /** `#name`. */
  attributeAlias: kind("AttributeAlias", "an attribute alias"),
  /** `!name`. */
  typeAlias: kind("TypeAlias", "a type alias"),
  /** `#dialect.name`, `#dialect.name<...>`, `#dialect<...>`. */
  opaqueAttribute: kind("OpaqueAttribute", "an attribute of a dialect"),
  opaqueType: kind("OpaqueType", "a type of a dialect"),
  /** `tensor<1x2xf32>` as a whole: nothing else is as frequent. */
  plainTensor: kind("PlainTensor", "a tensor type"),
  /** `loc("name"("file":1:2))` or `loc("file":1:2)` as a whole: every operation may end in one. */
  plainLocation: kind("PlainLocation", "'loc'"),
  /** Extents before an element type: `4x?x`, `*x`, `4x[8]x`. */
  extents: kind("Extents", "extents"),
  /** What is no token; its payload says why. */
  invalid: kind("Invalid", "something else"),
} as const;

/** All of them, as chevrotain wants to be told. */
export const vocabulary: readonly TokenType[] = [
  word,
  ...Object.values(keywords),
  ...Object.values(opNames),
  ...Object.values(signs),
  ...Object.values(literals),
];
