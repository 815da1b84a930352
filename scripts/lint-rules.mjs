// ESLint rules of this project.

/** Methods of the classes of src/ir/core.ts that change what they are called on. */
const mutators = new Set([
  "addUse",
  "append",
  "detach",
  "dropAll",
  "erase",
  "insertBefore",
  "remove",
  "removeUse",
  "replaceAllUsesWith",
  "setOperand",
]);
/** Methods of a Map, as `Operation.attributes` is one. */
const mapMutators = new Set(["clear", "delete", "set"]);

/**
 * IR is changed through a Rewriter only: it counts, and tells those who listen. Asks types, so that a list's own `remove` is
 * not meant.
 * @type {import("eslint").Rule.RuleModule}
 */
export const throughRewriter = {
  meta: {
    type: "problem",
    schema: [],
    messages: { direct: "IR is changed through a Rewriter only, not by '{{change}}'." },
  },
  create(context) {
    /** @type {{ getTypeAtLocation: (node: object) => import("typescript").Type }} */
    const services = context.sourceCode.parserServices;

    /** @param {object} node an expression whose value may be a part of IR */
    function isIr(node) {
      const declarations = services.getTypeAtLocation(node).getSymbol()?.declarations ?? [];
      return declarations.some((declaration) => declaration.getSourceFile().fileName.endsWith("/src/ir/core.ts"));
    }

    return {
      CallExpression({ callee }) {
        if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier") return;
        const { name } = callee.property;
        const { object } = callee;
        const isAttributes =
          object.type === "MemberExpression" &&
          object.property.type === "Identifier" &&
          object.property.name === "attributes" &&
          isIr(object.object);
        if (mutators.has(name) && isIr(object)) {
          context.report({ node: callee, messageId: "direct", data: { change: name } });
        } else if (mapMutators.has(name) && isAttributes) {
          context.report({ node: callee, messageId: "direct", data: { change: `attributes.${name}` } });
        }
      },
      AssignmentExpression({ left }) {
        if (left.type !== "MemberExpression" || left.property.type !== "Identifier" || !isIr(left.object)) return;
        context.report({ node: left, messageId: "direct", data: { change: left.property.name } });
      },
    };
  },
};
