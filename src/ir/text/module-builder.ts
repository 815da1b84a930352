/** From the syntax of a text to IR: finds what names stand for, and tells what does not fit. */
import { nearestName } from "../../support/nearest-name.ts";
import type { SourceText } from "../../support/source-text.ts";
import type { Attribute } from "../attributes.ts";
import type { Value } from "../core.ts";
import { Block, Operation, Region } from "../core.ts";
import type { Location } from "../location.ts";
import { fileLocation, unknownLocation } from "../location.ts";
import { builtinModule, createModule } from "../ops/builtin.ts";
import { allOpKinds, kindOf } from "../ops/registry.ts";
import type {
  ArgumentSyntax,
  BlockSyntax,
  NameSyntax,
  OperationSyntax,
  RegionSyntax,
  SourceSyntax,
  SyntaxProblem,
} from "./grammar/syntax.ts";
import { ValueScopes } from "./value-scopes.ts";

/** What a text became. */
export interface BuiltModule {
  readonly module: Operation;
  readonly problems: readonly SyntaxProblem[];
  /** Where the name of each operation stands. */
  readonly offsets: ReadonlyMap<Operation, number>;
}

/** Builds the module of a text; one is put around operations that stand in none. */
export function buildModule(
  syntax: SourceSyntax,
  source: SourceText,
  options: { readonly allowUnregistered: boolean },
): BuiltModule {
  const builder = new ModuleBuilder(syntax, source, options.allowUnregistered);
  const module = builder.buildRoot();
  return { module, problems: [...builder.problems, ...syntax.locations.problems], offsets: builder.offsets };
}

/** Blocks of a region by label. */
type Labels = ReadonlyMap<string, Block>;

class ModuleBuilder {
  readonly problems: SyntaxProblem[] = [];
  readonly offsets = new Map<Operation, number>();
  private readonly syntax: SourceSyntax;
  private readonly source: SourceText;
  private readonly allowUnregistered: boolean;
  private readonly scopes: ValueScopes;

  constructor(syntax: SourceSyntax, source: SourceText, allowUnregistered: boolean) {
    this.syntax = syntax;
    this.source = source;
    this.allowUnregistered = allowUnregistered;
    this.scopes = new ValueScopes((problem) => this.problems.push(problem), syntax.skippedNames);
  }

  buildRoot(): Operation {
    const { operations } = this.syntax;
    const [only] = operations;
    this.scopes.enter(true);
    const isModule = operations.length === 1 && only?.name === builtinModule.name;
    const root = isModule ? this.operation(only, new Map()) : this.implicitModule(operations);
    this.scopes.leave();
    return root;
  }

  private implicitModule(operations: readonly OperationSyntax[]): Operation {
    const module = createModule(undefined, unknownLocation);
    const block = module.regions[0]?.block;
    for (const operation of operations) block?.append(this.operation(operation, new Map()));
    return module;
  }

  private operation(syntax: OperationSyntax, labels: Labels): Operation {
    const { offset, operandTypes, resultTypes } = syntax;
    const kind = kindOf(syntax.name);
    if (kind === undefined) this.checkName(syntax);
    // The name of the record, and not a piece of the text: all operations of a kind share it, so that it is compared at once.
    const name = kind?.name ?? syntax.name;
    if (syntax.operands.length !== operandTypes.length)
      this.report(
        offset,
        `${name} has ${counted(syntax.operands.length, "operand")} but ${counted(operandTypes.length, "operand type")}`,
      );
    const operands = syntax.operands.map((operand, index) => this.scopes.use(operand, operandTypes[index]));
    const isIsolated = kind?.traits.has("isolated") === true;
    const operation = new Operation({
      name,
      operands,
      resultTypes,
      attributes: this.attributes(syntax),
      successors: syntax.successors.flatMap((successor) => this.successor(successor, labels)),
      regions: syntax.regions.map((region) => this.region(region, isIsolated)),
      location: this.location(syntax),
    });
    this.offsets.set(operation, offset);
    this.nameResults(syntax, operation);
    return operation;
  }

  private checkName({ name, offset }: OperationSyntax): void {
    if (this.allowUnregistered) return;
    const nearest = nearestName(
      name,
      allOpKinds.map((kind) => kind.name),
    );
    this.problems.push({
      offset,
      message: `${name} is not a known op`,
      ...(nearest === undefined ? {} : { help: `did you mean ${nearest}?` }),
    });
  }

  private nameResults({ name, offset, results }: OperationSyntax, operation: Operation): void {
    const named = results.reduce((sum, result) => sum + result.count, 0);
    // Results may go without names.
    if (results.length > 0 && named !== operation.results.length)
      this.report(
        offset,
        `${name} has ${counted(operation.results.length, "result type")} but ${counted(named, "result")} are named`,
      );
    let next = 0;
    for (const result of results) {
      this.scopes.define(result, operation.results.slice(next, next + result.count));
      next += result.count;
    }
  }

  private attributes({ attributes }: OperationSyntax): readonly (readonly [string, Attribute])[] {
    if (attributes.length > 1) this.checkTwice(attributes);
    return attributes.map(({ name, value }) => [name, value]);
  }

  private checkTwice(attributes: readonly NameSyntax[]): void {
    const names = new Set<string>();
    for (const { name, offset } of attributes) {
      if (names.has(name)) this.report(offset, `attribute ${name} is given twice`);
      names.add(name);
    }
  }

  private successor({ name, offset }: NameSyntax, labels: Labels): readonly Block[] {
    const block = labels.get(name);
    if (block !== undefined) return [block];
    if (!this.syntax.skippedNames.has(name)) this.report(offset, `block ${name} is not defined in this region`);
    return [];
  }

  private region({ blocks }: RegionSyntax, isIsolated: boolean): Region {
    this.scopes.enter(isIsolated);
    const labels = new Map<string, Block>();
    const built = blocks.map((block) => this.declaredBlock(block, labels));
    blocks.forEach((block, index) => {
      const target = built[index];
      for (const operation of block.operations) target?.append(this.operation(operation, labels));
    });
    this.scopes.leave();
    return new Region(built);
  }

  /** The block without its operations, known by its label. */
  private declaredBlock({ label, args }: BlockSyntax, labels: Map<string, Block>): Block {
    const block = new Block(
      args.map((arg) => arg.type),
      args.map((arg) => this.argumentLocation(arg)),
    );
    args.forEach((arg, index) => this.scopes.define(arg, valuesAt(block.args, index)));
    if (label === undefined) return block;
    if (labels.has(label.name)) this.report(label.offset, `block ${label.name} is defined twice in this region`);
    labels.set(label.name, block);
    return block;
  }

  private argumentLocation({ location }: ArgumentSyntax): Location {
    return location === undefined ? unknownLocation : this.syntax.locations.resolve(location);
  }

  /** As written; else the place in the text. */
  private location({ location, offset }: OperationSyntax): Location {
    if (location !== undefined) return this.syntax.locations.resolve(location);
    const { line, column } = this.source.positionOf(offset);
    return fileLocation(this.source.fileName, line, column);
  }

  private report(offset: number, message: string): void {
    this.problems.push({ offset, message });
  }
}

function valuesAt(values: readonly Value[], index: number): readonly Value[] {
  return values.slice(index, index + 1);
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
