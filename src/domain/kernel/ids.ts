/** Ids are opaque strings, typed so that one cannot stand where another belongs. */
type Id<Name extends string> = string & { readonly __id: Name }

export type PersonId = Id<'Person'>
export type EnvironmentId = Id<'Environment'>
export type PipelineId = Id<'Pipeline'>
export type StageId = Id<'Stage'>
export type ReleaseId = Id<'Release'>
export type PromotionId = Id<'Promotion'>
export type AttemptId = Id<'Attempt'>
/** `sha256:` followed by 64 lower-case hex digits. */
export type Digest = Id<'Digest'>
/** ISO 8601 instant in UTC, for example 2026-11-21T09:30:00.000Z. */
export type Instant = Id<'Instant'>

/** Marks a string that was checked, or made, at the edge as an id of the wanted kind. */
export function toId<T extends string>(text: string): T {
  return text as T
}
