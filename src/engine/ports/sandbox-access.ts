import type { RestoredContent } from '#domain/recovery'

/** What recovering asks of an environment beside what attempts do. */
export interface SandboxAccess {
  /** What is there that reaches out of an environment; changes nothing. What may not be read is left undefined. */
  fetchRestoredContent(): Promise<RestoredContent>
  /** Gives a connection reference the connection that it uses; it names the wanted end and may be repeated. */
  bindConnection(reference: { readonly logicalName: string; readonly connectionId: string }): Promise<void>
}
