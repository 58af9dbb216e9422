import type { Artifact } from '#domain/artifact'
import type { LedgerEvent } from '#domain/kernel'
import { canonicalJson } from '#domain/kernel'
import type { Release } from '#domain/release'
import type { Envelope } from './dsse.ts'
import { asciiBase64, asciiJson, preAuthentication } from './dsse.ts'

/** Where an artifact comes from: an in-toto Statement v1 with the predicate SLSA provenance v1, made from the ledger alone. */
export interface Provenance {
  readonly artifact: Artifact
  /** Canonical JSON in ASCII: the same entries always give the same text. */
  readonly statement: string
}

export const provenancePayloadType = 'application/vnd.in-toto+json'

/** One for each artifact of a sealed release, from the entries of its stream; none before it is sealed. `keyId` names the workspace that made it. */
export function makeProvenance(entries: readonly LedgerEvent[], keyId: string): readonly Provenance[] {
  const sealed = entries.find(({ type }) => type === 'release-sealed')
  if (sealed === undefined) return []
  const { release } = sealed.data as { readonly release: Release } // entries of this type are written only so
  return [release.managed, release.unmanaged].map((artifact) => ({
    artifact,
    statement: asciiJson(canonicalJson(makeStatement({ artifact, release, entries, keyId }))),
  }))
}

/** What its signature is over. */
export function provenanceText({ statement }: Provenance): string {
  return preAuthentication(provenancePayloadType, statement)
}

export function makeEnvelope(
  { statement }: Provenance,
  { keyId, signature }: { readonly keyId: string; readonly signature: string },
): Envelope {
  return { payloadType: provenancePayloadType, payload: asciiBase64(statement), signatures: [{ keyid: keyId, sig: signature }] }
}

interface StatementFacts {
  readonly artifact: Artifact
  readonly release: Release
  readonly entries: readonly LedgerEvent[]
  readonly keyId: string
}

function makeStatement(facts: StatementFacts): unknown {
  const { artifact, release } = facts
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: `${artifact.solution}_${artifact.version}_${artifact.kind}.zip`, digest: { sha256: hexOf(artifact.digest) } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'urn:drover:solution-export:v1',
        externalParameters: { solution: release.solution, environment: artifact.source, package: artifact.kind },
        internalParameters: {
          ...startedUnder(facts.entries),
          tier: release.tier,
          pipeline: release.pipelineId,
          platformVersion: release.platformVersion,
        },
        resolvedDependencies: materialsOf(facts),
      },
      runDetails: {
        builder: { id: `urn:drover:workspace:${facts.keyId}` },
        metadata: { invocationId: release.id, startedOn: facts.entries[0]?.at, finishedOn: release.sealedAt },
        byproducts: byproductsOf(facts),
      },
    },
  }
}

/** A managed artifact is exported of the same content as the unmanaged one, whose files are in the commit. */
function materialsOf({ artifact, release }: StatementFacts): readonly unknown[] {
  const source = { name: `source of ${release.solution}`, digest: { gitCommit: release.commit } }
  const beside = artifact.kind === 'managed' ? [{ name: 'unmanaged export', digest: { sha256: hexOf(release.unmanaged.digest) } }] : []
  const { repackOf } = release
  const of =
    repackOf === undefined
      ? []
      : [{ name: `repacked from ${repackOf.releaseId} ${repackOf.version}`, digest: { sha256: hexOf(repackOf.digest) } }]
  return [source, ...beside, ...of]
}

/** The steps of the preparation as they were recorded, each with the entry that says so. */
function byproductsOf({ release, entries }: StatementFacts): readonly unknown[] {
  const steps = entries.flatMap(({ type, data, sequence, hash, at }) => {
    if (type !== 'preparation-step') return []
    const { name, note } = data as { readonly name: string; readonly note: string } // entries of this type are written only so
    return [{ name: `step ${name}`, annotations: { note, at, entry: sequence, hash } }]
  })
  const { verdict, rules, failsFrom, counts } = release.report
  return [
    ...steps,
    { name: 'check report', annotations: { verdict, rules, failsFrom, counts } },
    { name: 'seal', digest: { sha256: release.seal } },
  ]
}

function startedUnder([first]: readonly LedgerEvent[]): { readonly requestedBy?: string; readonly configurationVersion?: number } {
  if (first?.type !== 'preparation-started') return {}
  const { requestedBy, configurationVersion } = first.data as { readonly requestedBy: string; readonly configurationVersion: number } // as above
  return { requestedBy, configurationVersion }
}

function hexOf(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1)
}
