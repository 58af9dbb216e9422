/** V verified in documentation or shipping code, O observed in artefacts or recorded sessions, 3 third-party reports, U inference. */
export type EvidenceMark = 'V' | 'O' | '3' | 'U'

/** One behaviour of the service and what the local environment does about it; docs/reference/emulator.md is generated from these. */
export interface SupportLine {
  readonly behaviour: string
  readonly state: 'served' | 'partly' | 'refused'
  /** What of a partly served behaviour is not here. */
  readonly missing?: string
  /** Sections of docs/evidence.md. */
  readonly evidence: string
  readonly mark: EvidenceMark
}

export interface SupportArea {
  readonly title: string
  readonly lines: readonly SupportLine[]
}

export function served(behaviour: string, evidence: string, mark: EvidenceMark): SupportLine {
  return { behaviour, evidence, mark, state: 'served' }
}

/** `how.missing` names what is not here; a request for that is refused by name. */
export function partly(behaviour: string, how: { readonly missing: string }, evidence: string, mark: EvidenceMark): SupportLine {
  return { behaviour, evidence, mark, state: 'partly', missing: how.missing }
}

export function refused(behaviour: string, evidence: string, mark: EvidenceMark): SupportLine {
  return { behaviour, evidence, mark, state: 'refused' }
}
