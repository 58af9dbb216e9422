import type { Tier } from '#domain/solution'
import type { Rehearsal, RunningDrover } from './product.ts'
import {
  approveAll,
  createRehearsal,
  governed,
  localConfiguration,
  openPlatformControl,
  prepareEnvironments,
  prepareRelease,
  productionStage,
  promote,
  Refused,
  testStage,
  tierOfMaterial,
} from './product.ts'
import { loadMaterialFromBytes } from './product.ts'
import { applyByTwo } from './world-of-one.ts'

/** Where a solution's way ended: in production, or refused by the rule or code that is named. */
export type End = 'production' | { readonly refusedBy: string; readonly reason: string }

/** Takes a solution file along the whole path as the demo does, and says where it ended. */
export async function travel(drover: RunningDrover, bytes: Uint8Array): Promise<End> {
  try {
    const material = await loadMaterialFromBytes(bytes)
    if (!material.ok) throw new Refused(material.refusal)
    const tier = await highestSoFar(drover, material.value)
    const run: Rehearsal = createRehearsal({ drover, material: material.value, tier, say: () => undefined })
    const configuration = localConfiguration({ platformUrl: drover.platformUrl, solutions: govern(drover, governed(material.value, tier)) })
    // A version that has grown takes another way than the one before it, which takes two people.
    await applyByTwo(run, answeredByName(configuration))
    await prepareEnvironments(run)
    const release = await prepareRelease(run, material.value.model.manifest.uniqueName)
    await promote(run, { releaseId: release.id, stageId: testStage }, (view) => approveAll(run, view))
    await promote(run, { releaseId: release.id, stageId: productionStage }, (view) => approveAll(run, view))
    return 'production'
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const { code, message, reasons } = error.refusal
    return { refusedBy: code, reason: [message, ...reasons.map((reason) => `${reason.subject}: ${reason.message}`)].join(' | ') }
  }
}

/** What nobody can tell is answered for by name at every tier: waivers have journeys of their own. */
function answeredByName(configuration: ReturnType<typeof localConfiguration>): typeof configuration {
  const reason = 'A rehearsal: nobody stands above whoever decides'
  const values = [3, 4].map((tier) => ({ path: `gates.unknownIntoPet.${tier}`, value: 'acknowledged', reason }))
  return {
    ...configuration,
    policy: { demands: [], ...configuration.policy, values: [...(configuration.policy?.values ?? []), ...values] },
  }
}

/** The tier that its versions have given, this one among them: a lower one would be held to it. */
async function highestSoFar(drover: RunningDrover, material: Parameters<typeof governed>[0]): Promise<Tier> {
  const known = governedSoFar.get(drover)?.get(material.model.manifest.uniqueName)?.tier ?? 2
  const tier = await tierOfMaterial(material)
  return tier > known ? tier : known
}

/** Empties the three local environments, so that one solution's tables do not meet another's. */
export async function resetEnvironments(drover: RunningDrover): Promise<void> {
  const control = await openPlatformControl(drover)
  for (const environment of ['dev', 'test', 'prod']) await control.reset(environment)
}

/** Solutions stay governed: taking one out of the configuration needs a second person. */
const governedSoFar = new WeakMap<RunningDrover, Map<string, ReturnType<typeof governed>>>()

function govern(drover: RunningDrover, solution: ReturnType<typeof governed>): ReturnType<typeof governed>[] {
  const known = governedSoFar.get(drover) ?? new Map<string, ReturnType<typeof governed>>()
  governedSoFar.set(drover, known.set(solution.uniqueName, solution))
  return [...known.values()]
}
