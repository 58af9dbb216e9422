import type { ASTNode } from '@marcbachmann/cel-js'
import type { CareClass, Purpose } from '#domain/environment'
import type { ConditionFacts } from '#domain/policy'
import { roleNames } from '#domain/policy'

type Words<T extends string> = Readonly<Record<T, true>>

const sizes: Words<NonNullable<ConditionFacts['change']['size']>> = { major: true, standard: true, minor: true }
const classes: Words<NonNullable<ConditionFacts['change']['class']>> = { ...sizes, emergency: true }
const careClasses: Words<CareClass> = { pet: true, cattle: true }
const intents: Words<ConditionFacts['intent']> = { release: true, recovery: true, hotfix: true, emergency: true }
const purposes: Words<Purpose> = {
  ...{ development: true, test: true, acceptance: true, production: true },
  ...{ sandbox: true, recovery: true, host: true },
}

/** Facts that are one of a few words; what is compared with another word never holds, and its demand is none. */
const wordsOf: Readonly<Record<string, readonly string[]>> = {
  'change.size': Object.keys(sizes),
  'change.class': Object.keys(classes),
  'environment.careClass': Object.keys(careClasses),
  'environment.purpose': Object.keys(purposes),
  intent: Object.keys(intents),
  'requester.roles': roleNames,
}

/** A word that a fact of this comparison never is, in one sentence; undefined: none. */
export function findUnknownWord({ op, args }: ASTNode): string | undefined {
  if ((op !== '==' && op !== '!=' && op !== 'in') || !Array.isArray(args)) return undefined
  const parts = args as readonly ASTNode[] // of a comparison both are nodes
  const name = parts.map(nameOf).find((each) => each !== undefined && Object.hasOwn(wordsOf, each))
  const known = name === undefined ? undefined : wordsOf[name]
  const unknown = parts.flatMap(literalsOf).find((word) => known?.includes(word) === false)
  if (name === undefined || known === undefined || unknown === undefined) return undefined
  return `${name} is never "${unknown}", so that this would ${op === '!=' ? 'always' : 'never'} hold; it is one of ${known.join(', ')}.`
}

function nameOf(node: ASTNode): string | undefined {
  if (node.op === 'id') return String(node.args)
  if (node.op !== '.' || !Array.isArray(node.args)) return undefined
  const [of, field] = node.args as readonly [ASTNode, string]
  return of.op === 'id' ? `${String(of.args)}.${field}` : undefined
}

function literalsOf(node: ASTNode): readonly string[] {
  if (node.op === 'list' && Array.isArray(node.args)) return (node.args as readonly ASTNode[]).flatMap(literalsOf)
  return node.op === 'value' && typeof node.args === 'string' ? [node.args] : []
}
