import type { ASTNode } from '@marcbachmann/cel-js'
import { Environment } from '@marcbachmann/cel-js'
import type { ConditionFacts, Conditions } from '#domain/policy'
import { findUnknownWord } from './known-words.ts'

/** A longer condition is no condition that people could agree on. */
const longest = 500

/**
 * Conditions in CEL. What one may cost is bounded by its form: it is short, calls nothing that searches, and looks through the list of kinds
 * at most once at a time; so no clock has to stop it.
 */
export const celConditions: Conditions = {
  check: (expression) => {
    const parsed = parse(expression)
    return typeof parsed === 'string' ? parsed : undefined
  },
  evaluate: (expression, facts) => {
    const parsed = parse(expression)
    if (typeof parsed === 'string') return 'unknown'
    try {
      const outcome: unknown = parsed.evaluate(contextOf(facts))
      return typeof outcome === 'boolean' ? outcome : 'unknown'
    } catch {
      // A fact that could not be told is not in the context, and to read it is an error.
      return 'unknown'
    }
  },
}

interface Parsed {
  evaluate(context: Readonly<Record<string, unknown>>): unknown
}

const cel = new Environment({ limits: { maxAstNodes: 200, maxDepth: 30, maxListElements: 100, maxMapEntries: 0, maxCallArguments: 3 } })
  .registerVariable('tier', 'int')
  .registerVariable('stage', 'string')
  .registerVariable({ name: 'environment', schema: { id: 'string', careClass: 'string', purpose: 'string' } })
  .registerVariable({ name: 'change', schema: { class: 'string', size: 'string', destroys: 'bool', kinds: 'list<string>' } })
  .registerVariable({ name: 'release', schema: { solution: 'string', version: 'string', isFirst: 'bool' } })
  .registerVariable({ name: 'requester', schema: { roles: 'list<string>' } })
  .registerVariable('intent', 'string')

/** Parsed once each: they are asked again for every promotion that waits. */
const known = new Map<string, Parsed | string>()

function parse(expression: string): Parsed | string {
  const before = known.get(expression)
  if (before !== undefined) return before
  const parsed = parseAnew(expression)
  if (known.size > 1_000) known.clear()
  known.set(expression, parsed)
  return parsed
}

function parseAnew(expression: string): Parsed | string {
  if (expression.length > longest) return `a condition has at most ${longest} characters; this one has ${expression.length}.`
  try {
    const parsed = cel.parse(expression)
    const checked = parsed.check()
    if (!checked.valid) return `this is no condition over the facts of a promotion: ${firstLine(checked.error)}.`
    if (checked.type !== 'bool') return `a condition is true or false; this one is ${checked.type ?? 'something else'}.`
    const forbidden = findForbidden(parsed.ast, 0)
    return forbidden ?? { evaluate: (context) => parsed(context) }
  } catch (error) {
    return `this is not CEL: ${firstLine(error)}.`
  }
}

const calls = new Set(['size', 'startsWith', 'endsWith', 'contains', 'exists', 'all', 'exists_one'])
const loops = new Set(['exists', 'all', 'exists_one'])

/**
 * What a condition may not use. `has` would take what could not be told for a no; patterns can take for ever; a loop in a loop costs the square
 * of what a release holds; and a word that a fact never is makes a demand that nobody ever meets.
 */
function findForbidden(node: ASTNode, loopsAround: number): string | undefined {
  const name = node.op === 'call' || node.op === 'rcall' ? node.args[0] : undefined
  if (name !== undefined && !calls.has(name)) return `${name}() may not be used in a condition; what may: ${[...calls].join(', ')}.`
  const unknown = findUnknownWord(node)
  if (unknown !== undefined) return unknown
  const around = loopsAround + (name !== undefined && loops.has(name) ? 1 : 0)
  if (around > 1) return 'a condition looks through a list once, not once for each entry of another.'
  for (const child of childrenOf(node.args)) {
    const found = findForbidden(child, around)
    if (found !== undefined) return found
  }
  return undefined
}

function childrenOf(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(childrenOf)
  // Whatever has an operator among the arguments is a node: literals and names are plain values.
  return typeof args === 'object' && args !== null && 'op' in args ? [args as ASTNode] : []
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]?.replace(/\.$/, '') ?? ''
}

/** Facts that are undefined are left out; CEL counts in whole numbers of its own. */
function contextOf(facts: ConditionFacts): Readonly<Record<string, unknown>> {
  const { tier, stage, environment, change, release, requester, intent } = facts
  return {
    ...{ tier: BigInt(tier), stage, intent },
    ...{ environment: told(environment), change: told(change), release: told(release), requester: told(requester) },
  }
}

function told(facts: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined))
}
