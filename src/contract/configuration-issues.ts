import type { z } from 'zod'

/** One thing that is wrong with a configuration, and where in its data. */
export interface Breach {
  readonly path: readonly PropertyKey[]
  readonly message: string
  /** The key itself is wrong, not its value. */
  readonly isAboutKey?: boolean
}

/** Schema issues in words of the file. Values are never repeated: one of them may be a secret. */
export function describeIssues(error: z.ZodError, data: unknown): readonly Breach[] {
  return error.issues.flatMap((issue) => (isMissing(issue, data) ? [describeMissing(issue)] : describeIssue(issue)))
}

function describeMissing(issue: z.core.$ZodIssue): Breach {
  const name = issue.path.at(-1)
  return { path: issue.path, message: name === undefined ? 'the file is empty.' : `"${String(name)}" is missing.` }
}

function describeIssue(issue: z.core.$ZodIssue): readonly Breach[] {
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: [...issue.path, key], message: `"${key}" is not known here.`, isAboutKey: true }))
    case 'invalid_type':
      return [{ path: issue.path, message: `this must be ${article(issue.expected)}.` }]
    case 'invalid_value':
      return [{ path: issue.path, message: `this must be one of: ${issue.values.map(String).join(', ')}.` }]
    case 'invalid_union':
      return [{ path: issue.path, message: unionMessage(issue) }]
    default:
      return [{ path: issue.path, message: issue.message }]
  }
}

function unionMessage(issue: z.core.$ZodIssueInvalidUnion): string {
  return issue.discriminator === undefined ? issue.message : `"${issue.discriminator}" names none of the known kinds.`
}

/** Whether the data has nothing, or an empty value, where the issue points. */
function isMissing(issue: z.core.$ZodIssue, data: unknown): boolean {
  if (issue.code === 'unrecognized_keys') return false
  let value = data
  for (const key of issue.path) {
    if (typeof value !== 'object' || value === null) return false
    value = Reflect.get(value, key)
  }
  return value === undefined || value === null
}

function article(expected: string): string {
  const words: Readonly<Record<string, string>> = {
    string: 'a text (put it in quotes when it looks like a number)',
    array: 'a list',
    object: 'a map of keys and values',
    record: 'a map of keys and values',
    int: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
  }
  return words[expected] ?? expected
}
