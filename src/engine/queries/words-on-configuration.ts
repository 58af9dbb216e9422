import type { Digest, PersonId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import { decideConfiguration, decideForgetting, refuseActor } from '#domain/policy'
import { findTierHold } from '#domain/tier'
import { loadWritten } from '../apply-configuration.ts'
import { loadTierRecord } from '../governance/tier-stream.ts'
import { listProposals } from '../propose-configuration.ts'
import { solutionKey } from '../summaries.ts'
import type { Asker, WordFacts } from './word-facts.ts'
import { nameOf, newestOf } from './word-facts.ts'

/** A configuration that takes two people, for whoever could bring it into force now. */
export const onConfiguration: Asker = async (facts) => {
  const { deps, open, viewer, now } = facts
  const digests = new Set(open.filter(({ kind, by }) => kind === 'configuration' && by !== viewer).map(({ about }) => about))
  const written = digests.size === 0 ? undefined : await loadWritten(deps)
  if (written === undefined) return []
  const asked = [...digests].map(async (about) => {
    const digest = toId<Digest>(about)
    const proposal = (await listProposals(deps, digest)).find(({ proposedBy }) => proposedBy !== viewer)
    if (proposal?.basedOn !== written.version) return []
    const decision = decideConfiguration({
      ...{ before: written.configuration, after: proposal.configuration, acting: facts.configuration.people },
      ...{ actor: proposal.proposedBy, confirmedBy: viewer, policy: deps.policy, now },
    })
    if (!decision.ok) return []
    const sensitive = proposal.changes.filter(({ authority }) => authority === 'two-people').map(({ subject }) => subject)
    const by = proposal.proposedBy
    return [
      {
        ...{ id: digest, by, at: proposal.proposedAt, command: `drover config proposal ${digest}; drover config confirm ${digest}` },
        what: `${nameOf(facts, by)} proposes to change the rules by which Drover works (${[...new Set(sensitive)].join(', ')}), which takes a second platform-admin.`,
      },
    ]
  })
  return (await Promise.all(asked)).flat()
}

/** That somebody is forgotten, for a second platform-admin. */
export const onForgetting: Asker = (facts) => {
  const { configuration, viewer } = facts
  const words = newestOf(facts, 'forgetting').flatMap(({ about, by, at }) => {
    const personId = toId<PersonId>(about)
    const command = { personId, actor: viewer }
    const decided = decideForgetting(command, { people: configuration.people, proposedBy: by, isKnown: true })
    if (!decided.ok || decided.value !== 'forget') return []
    const what = `${nameOf(facts, by)} proposes that Drover forgets who the former person ${personId} was. It takes a second platform-admin, and cannot be taken back.`
    return [{ id: personId, by, at, what, command: `drover people forget ${personId} --reason "…"`, path: '/people' }]
  })
  return Promise.resolve(words)
}

/** A solution that needs more rigour than it is configured for, for whoever may decide on its tier. */
export const onTier: Asker = async (facts) => {
  const found = await Promise.all(newestOf(facts, 'tier').map(({ about }) => loadTierHold(facts, about)))
  return found.flatMap((one) => {
    if (one === undefined || one.hold.decided !== undefined || one.record.word !== undefined || !one.mayDecide) return []
    const { name, hold } = one
    const what = `${name} has outgrown Tier ${hold.configured} and is held to Tier ${hold.tier} until somebody decides whether it stays there: ${hold.why.join('; ')}.`
    const command = `drover tier decide ${name} --tier ${hold.tier} --reason "…"`
    return [{ id: name, at: hold.since, what, command, path: solutionPath(name) }]
  })
}

/** That a solution keeps a lower tier, for a second person who may decide on it. */
export const onLowerTier: Asker = async (facts) => {
  const found = await Promise.all(newestOf(facts, 'lower-tier').map(({ about }) => loadTierHold(facts, about)))
  return found.flatMap((one) => {
    const word = one?.record.word
    if (one === undefined || word === undefined || word.by === facts.viewer || !one.mayDecide) return []
    if (word.until !== undefined && Date.parse(word.until) <= Date.parse(facts.now)) return []
    const { name, hold } = one
    const what = `${nameOf(facts, word.by)} wants ${name} to keep Tier ${word.tier} although Tier ${hold.tier} is proposed (${word.reason}). It takes a second person.`
    const days =
      word.until === undefined ? '' : ` --days ${Math.max(1, Math.floor((Date.parse(word.until) - Date.parse(facts.now)) / 86_400_000))}`
    const command = `drover tier decide ${name} --tier ${word.tier}${days}${word.releaseId === undefined ? '' : ` --release ${word.releaseId}`} --reason "…"`
    return [{ id: name, by: word.by, at: word.at, what, command, path: solutionPath(name) }]
  })
}

async function loadTierHold({ deps, configuration, policy, viewer, now }: WordFacts, key: string) {
  const governed = configuration.solutions.find(({ uniqueName }) => solutionKey(uniqueName) === key)
  if (governed === undefined) return undefined
  const record = await loadTierRecord(deps, governed.uniqueName)
  const hold = findTierHold(record, { configured: governed.tier, now })
  if (hold === undefined) return undefined
  const refused = refuseActor(configuration.people, viewer, {
    may: policy.tierScoring.mayDecide,
    deed: 'decide on a tier',
  })
  return { name: governed.uniqueName, record, hold, mayDecide: refused === undefined }
}

function solutionPath(name: string): string {
  return `/solutions/${encodeURIComponent(name)}`
}
