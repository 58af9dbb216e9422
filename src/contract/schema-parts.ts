import { z } from 'zod'

/** What cannot wait for gates that are made up for afterwards. */
export const emergencyField = z
  .strictObject({ reason: z.string().trim().min(1).max(4000).describe('What harm is done while it waits.') })
  .optional()
  .describe('It goes past the gates that policy names, with a second person, until it expires; each of them is owed afterwards.')

/** What was looked at: no yes is taken to a plan, or a waiver, that was not shown. */
export const seenField = z
  .string()
  .max(2000)
  .optional()
  .describe('`seen` of the promotion that was looked at; what differs is refused, and a waiver that it leans on has to be named.')

/** A typed id on the wire: a non-empty string. */
export function id<T extends string>(description: string): z.ZodType<T, T> {
  // The brand exists for the compiler only; on the wire, and in the JSON Schema, an id is a plain string.
  return z.string().min(1).max(200).describe(description) as unknown as z.ZodType<T, T>
}

/** A list that nobody may change after it was read. */
export function list<T extends z.ZodType>(item: T): z.ZodType<readonly z.output<T>[], readonly z.input<T>[]> {
  // z.array is invariant in its mutability only for the compiler; z.readonly() would freeze at run time and mark requests as readOnly.
  return z.array(item) as unknown as z.ZodType<readonly z.output<T>[], readonly z.input<T>[]>
}

/** In the reply of a list that comes in pages. */
export const nextPage = z.int().optional().describe('Value of `after` for the next page; absent at the end.')
