import type { EvidenceSelection, PromotionEvidence, SignedHead, Subtree } from '#domain/evidence'
import { documentsOf, neverProvable, packPaths } from '#domain/evidence'
import { attemptsOf } from '#domain/promotion'
import type { Release } from '#domain/release'
import type { SelectedEntries } from './select-entries.ts'

interface Described {
  readonly selection: EvidenceSelection
  readonly signedHead: SignedHead
  readonly selected: SelectedEntries
  readonly anchors: readonly SignedHead[]
  readonly withheld: readonly Subtree[]
  readonly promotions: ReadonlyMap<string, PromotionEvidence>
  readonly releases: ReadonlyMap<string, { readonly release: Release }>
  readonly withNames: boolean
  readonly withArtifacts: boolean
}

/** What a reader without Drover sees first: as text, and the same as a page. People stand in it by their ids, as in the ledger. */
export function describePack(pack: Described): { readonly text: string; readonly page: string } {
  const sections: Section[] = [aboutPack(pack), ...[...pack.promotions.values()].map(aboutPromotion), howToVerify, notProved(pack)]
  const title = `Evidence about ${subjectOf(pack.selection)}`
  return { text: asText(title, sections), page: asPage(title, sections) }
}

interface Section {
  readonly heading: string
  readonly lines: readonly string[]
}

function subjectOf(selection: EvidenceSelection): string {
  if (selection.kind === 'promotion') return `promotion ${selection.promotionId}`
  if (selection.kind === 'solution') return `solution ${selection.solution}`
  if (selection.kind === 'release') return `release ${selection.releaseId}`
  if (selection.kind === 'environment') return `environment ${selection.environmentId}`
  return `what happened from ${selection.from} to ${selection.to}`
}

function aboutPack({ signedHead, selected, withheld, promotions, releases, anchors, ...pack }: Described): Section {
  const hidden = withheld.reduce((sum, { count }) => sum + count, 0)
  return {
    heading: 'What this is',
    lines: [
      `Taken from the ledger at ${signedHead.head.at}, when it had ${signedHead.head.sequence} entries; signed by key ${signedHead.head.keyId}.`,
      `${selected.entries.length} entries are shown whole in ${packPaths.entries}; ${hidden} are withheld and stand in ${packPaths.withheld} by hashes alone.`,
      `${promotions.size} promotions and ${releases.size} releases are shown as these entries give them.`,
      `${anchors.length} anchors that the ledger names are in ${packPaths.anchors}; hold the pack against those that you kept yourself.`,
      pack.withNames ? `Names of people are in ${packPaths.people} alone.` : 'Names of people were left out; they stand here by their ids.',
      pack.withArtifacts
        ? 'The artifacts are in artifacts/, named by their sha256.'
        : 'The artifacts are not in the pack; they are named by their sha256.',
    ],
  }
}

function aboutPromotion({ promotion, counts }: PromotionEvidence): Section {
  const { request, decisions, status } = promotion
  const { plan } = request
  return {
    heading: `Promotion ${request.promotionId}: ${request.solution} ${request.version} to ${request.stageId}`,
    lines: [
      `Asked for by ${request.requestedBy} at ${request.requestedAt}, as Tier ${request.tier}, under configuration ${request.configurationVersion} and policy ${request.policyVersion}. It is ${status.state}.`,
      `Artifact: ${request.boundTo.artifact}, of release ${request.releaseId}.`,
      `Plan that was shown: ${plan.mode}, from ${plan.fromVersion ?? 'nothing'} to ${plan.toVersion}; ${plan.content.length} components, ${plan.rescue.length} things saved before they go; steps ${plan.steps.join(', ')}.`,
      ...plan.lines.map(({ subject, effect, message, certainty }) => `Plan, ${certainty}: ${effect} ${subject}: ${message}`),
      ...(promotion.renewed?.differences ?? []).map(({ subject, message }) => `Changed after it was decided on: ${subject}: ${message}`),
      ...request.evidence.map(({ gate, reason }) => `Gate ${gate} was open when it was asked for: ${reason}`),
      ...decisions.map(
        ({ gate, by, verdict, at, comment, boundTo }) =>
          `Gate ${gate}: ${by} said ${verdict} at ${at}${comment === '' ? '' : ` (${comment})`}, of artifact ${boundTo.artifact}, plan ${boundTo.plan}, settings ${boundTo.settings}.`,
      ),
      ...counts.map(
        ({ attemptId, gates }) =>
          `Attempt ${attemptId} began with ${gates.map(({ gate, approvedBy, quorum }) => `${gate} ${approvedBy.length} of ${quorum}`).join(', ') || 'no gate of people'}.`,
      ),
      ...attemptsOf(promotion).flatMap((attempt) => [
        `Attempt ${attempt.id}: from ${attempt.startedAt} to ${attempt.finishedAt ?? 'now'}; import job ${attempt.jobs.importJobId ?? 'none'}.`,
        ...attempt.steps.map(
          ({ step, outcome, note, finishedAt }) =>
            `Step ${step}: ${outcome ?? 'not finished'}${finishedAt === undefined ? '' : ` at ${finishedAt}`}${note === undefined ? '' : `: ${note}`}`,
        ),
      ]),
      ...documentsOf(promotion).map(({ digest, what }) => `The ${what} is ${packPaths.document(digest)}.`),
      ...(status.state === 'succeeded' ? status.verification.map((line) => `Verified: ${line}`) : []),
    ],
  }
}

const howToVerify: Section = {
  heading: 'How to verify it',
  lines: [
    'Without a network and without the server: `drover evidence verify <this file> --anchor <a signed head that you kept> --public-key <the key that you wrote down>`.',
    `Without Drover: ${packPaths.index} lists every file by its sha256, and ${packPaths.signature} holds the Ed25519 signature over its bytes, which \`openssl pkeyutl -verify -rawin\` checks.`,
    'Each entry of the ledger has as its hash the sha256 of its canonical JSON (keys sorted, no white space) without `hash`.',
  ],
}

function notProved({ anchors }: Described): Section {
  const lines =
    anchors.length === 0 ? ['The ledger names no anchor: nobody outside can tell whether it was rebuilt.', ...neverProvable] : neverProvable
  return { heading: 'What it does not prove', lines }
}

function asText(title: string, sections: readonly Section[]): string {
  return [
    `# ${title}`,
    ...sections.flatMap(({ heading, lines }) => ['', `## ${heading}`, '', ...lines.map((line) => `- ${line}`)]),
    '',
  ].join('\n')
}

/** No script, no style from elsewhere: it can be opened where nothing is trusted. */
function asPage(title: string, sections: readonly Section[]): string {
  const body = sections.map(
    ({ heading, lines }) => `<h2>${escape(heading)}</h2>\n<ul>\n${lines.map((line) => `<li>${escape(line)}</li>\n`).join('')}</ul>\n`,
  )
  return `<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>${escape(title)}</title></head>\n<body>\n<h1>${escape(title)}</h1>\n${body.join('')}</body>\n</html>\n`
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
