import type { z } from 'zod'

/** One thing that is wrong with a configuration, and where in its data. */
export interface Breach {
  readonly path: readonly PropertyKey[]
  readonly message: string
  /** The key itself is wrong, not its value. */
  readonly isAboutKey?: boolean
}

/** Schema issues in words of the file. Values are never repeated: one of them may be a secret. */
export function describeIssues(error: z.ZodError): readonly Breach[] {
  return error.issues.flatMap(describeIssue)
}

function describeIssue(issue: z.core.$ZodIssue): readonly Breach[] {
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: [...issue.path, key], message: `"${key}" is not known here.`, isAboutKey: true }))
    case 'invalid_type':
      return [{ path: issue.path, message: isMissing(issue) ? 'this is missing.' : `this must be ${article(issue.expected)}.` }]
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

function isMissing(issue: z.core.$ZodIssueInvalidType): boolean {
  // zod leaves the input out of issues by default and says "received undefined" in the message only.
  return issue.message.endsWith('received undefined')
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
