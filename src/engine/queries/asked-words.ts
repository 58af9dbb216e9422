import type { PersonRecord, WordKind } from '#domain/approval'
import { wordKinds } from '#domain/approval'
import type { PersonId } from '#domain/kernel'
import { applyOverride } from '#domain/policy'
import { loadConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { listOpenWords } from './open-words.ts'
import { onConfiguration, onForgetting, onLowerTier, onTier } from './words-on-configuration.ts'
import { onArchive, onProtection, onRecovery, onRevert, onSigningKey } from './words-on-deeds.ts'
import { onCertification, onDeputy, onTimedGrant } from './words-on-rights.ts'
import type { AskedWord, Asker, WordFacts } from './word-facts.ts'

/**
 * Who is asked for each kind of word, by the rules that the word itself would be judged by: whoever could not give it now is not asked, and
 * never whoever asked for it where it takes a second person.
 */
const askers: Readonly<Record<WordKind, Asker>> = {
  configuration: onConfiguration,
  deputy: onDeputy,
  'timed-grant': onTimedGrant,
  certification: onCertification,
  forgetting: onForgetting,
  tier: onTier,
  'lower-tier': onLowerTier,
  recovery: onRecovery,
  protection: onProtection,
  revert: onRevert,
  'signing-key': onSigningKey,
  archive: onArchive,
}

/** What one person is asked for a word on, besides promotions, trains and waivers. */
export async function listAskedWords(deps: EngineDependencies, viewer: PersonId): Promise<readonly AskedWord[]> {
  const current = await loadConfiguration(deps)
  if (current === undefined) return []
  const { configuration } = current
  const facts: WordFacts = {
    ...{ deps, current, configuration, viewer, now: deps.clock.now() },
    policy: applyOverride(deps.policy, configuration.policy),
    open: await listOpenWords(deps),
    records: await deps.readModel.list<PersonRecord>('deputies'),
  }
  const words: AskedWord[] = []
  for (const kind of wordKinds) {
    for (const word of await askers[kind](facts)) words.push({ kind, ...word })
  }
  return words
}
