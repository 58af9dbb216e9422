import type { Caller } from '../operations/operation.ts'

/** What a request does: to rows of a table, or by calling a message. */
export type Access =
  | { readonly verb: 'read' | 'create' | 'write' | 'delete'; readonly table: string }
  | { readonly verb: 'execute'; readonly operation: string }

/** Throws 403 0x80040220 when the caller's security roles do not allow it. */
export function requirePrivilege(_caller: Caller, _access: Access): void {
  // Every user of a local environment may do everything.
}
