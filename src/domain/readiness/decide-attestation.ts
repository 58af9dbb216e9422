import type { Instant, LedgerEvent, NewEvent, PersonId, Result } from '#domain/kernel'
import { accept, refuse, toId } from '#domain/kernel'
import type { Person } from '#domain/people'
import type { ReadinessPolicy } from '#domain/policy'
import { refuseActor } from '#domain/policy'
import { findItem, readinessItems } from './items.ts'
import type { Attestation } from './readiness.ts'

export type NewReadinessEvent = NewEvent<'readiness-attested', { readonly attestation: Attestation }>
export type ReadinessEvent = LedgerEvent<'readiness-attested', { readonly attestation: Attestation }>

export interface AttestCommand {
  readonly item: string
  readonly text: string
  readonly evidence?: string | undefined
  /** For so many days; absent: as long as policy lets it. */
  readonly days?: number | undefined
  readonly actor: PersonId
}

/** Whether somebody may say that an item holds, and until when that counts. */
export function decideAttestation(
  command: AttestCommand,
  { people, policy, now }: { readonly people: readonly Person[]; readonly policy: ReadinessPolicy; readonly now: Instant },
): Result<Attestation> {
  const item = findItem(command.item)
  if (item === undefined) {
    const known = `${readinessItems[0]?.id} to ${readinessItems.at(-1)?.id}`
    return refuse(
      'readiness.unknown',
      `The readiness checklist has no item ${command.item}.`,
      `Name one of ${known}; \`drover readiness\` lists them.`,
    )
  }
  const refused = refuseActor(people, command.actor, { may: policy.mayAttest, deed: `say that ${item.id} holds` })
  if (refused !== undefined) return refused
  const text = command.text.trim()
  if (text === '')
    return refuse('readiness.text-needed', `Nothing was said of ${item.id}.`, 'Say how it is done, in words that another can check.')
  const longest = policy.attestedDays.value
  const days = command.days ?? longest
  if (!(days > 0) || days > longest) {
    return refuse(
      'readiness.too-long',
      `A word on ${item.id} cannot hold for ${days} days.`,
      `Name more than 0 and at most ${longest} days (${policy.attestedDays.source}).`,
    )
  }
  const holdsUntil = toId<Instant>(new Date(Date.parse(now) + days * 86_400_000).toISOString())
  const evidence = command.evidence?.trim()
  return accept({ item: item.id, by: command.actor, at: now, text, holdsUntil, ...(evidence ? { evidence } : {}) })
}
