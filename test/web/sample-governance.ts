import type { EnvironmentId, Instant, PersonId, PromotionId, ReleaseId, StageId, Version } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import { applyOverride, findGuide, listLeaves, shippedPolicy, unguided } from '#domain/policy'
import type { Train } from '#domain/train'
import type { Engine, PromotionView } from '#engine'

type Reply<Name extends 'loadTier' | 'loadStructure' | 'loadCompletion' | 'loadTrain'> = Extract<
  Awaited<ReturnType<Engine[Name]>>,
  { readonly ok: true }
>['value']

const at = toId<Instant>('2026-11-21T09:30:00.000Z')
const ada = toId<PersonId>('ada')

const train: Train = {
  trainId: 't-1',
  name: 'Autumn',
  environmentId: toId<EnvironmentId>('prod'),
  requestedBy: ada,
  requestedAt: at,
  tier: 2,
  members: [
    {
      ...{ position: 1, solution: 'ContosoBase', version: '2.0.0.0' as Version, tier: 2, needs: [] },
      ...{ promotionId: toId<PromotionId>('p-base'), releaseId: toId<ReleaseId>('r-0'), stageId: toId<StageId>('prod') },
    },
    {
      ...{ position: 2, solution: 'ContosoExpenses', version: '1.4.0.2' as Version, tier: 2, needs: ['ContosoBase'] },
      ...{ promotionId: toId<PromotionId>('p-prod'), releaseId: toId<ReleaseId>('r-1'), stageId: toId<StageId>('prod') },
    },
  ],
  collisions: [{ kind: 'shared', solutions: ['ContosoBase', 'ContosoExpenses'], components: ['table:contoso_expense'], count: 1 }],
  state: 'standing',
  decisions: [],
}

/** Two releases that Grace decides on in her own place, or in Mallory's. */
export class SampleTrain {
  #train: Train | undefined

  depart(): void {
    this.#train = train
  }

  list(): readonly Train[] {
    return this.#train === undefined ? [] : [this.#train]
  }

  view(promotion: PromotionView, viewer: PersonId | undefined): Reply<'loadTrain'> {
    const mayDecide = viewer === 'grace' && this.#train?.decisions.length === 0
    return {
      train: this.#train ?? train,
      binding: 'b'.repeat(64),
      promotions: [promotion],
      mayDecide: mayDecide ? ['approval'] : [],
      places: mayDecide ? [{ gate: 'approval' }, { gate: 'approval', placeOf: toId('mallory') }] : [],
      wayBack: [],
    }
  }

  decide({ gate, verdict, comment, actor, onBehalfOf }: Parameters<Engine['decideTrain']>[0]): void {
    const place = onBehalfOf === undefined ? {} : { onBehalfOf }
    const decision = { gate, by: actor, verdict, comment, at, binding: 'b'.repeat(64), on: [], ...place }
    this.#train = { ...(this.#train ?? train), decisions: [decision] }
  }
}

/** Every value of the policy as the configuration has it, by the real words. */
export function samplePolicy(configuration: Configuration): Awaited<ReturnType<Engine['showPolicy']>> {
  const policy = applyOverride(shippedPolicy, configuration.policy)
  const shipped = new Map(listLeaves(shippedPolicy).map((leaf) => [leaf.path, leaf.sourced]))
  const values = listLeaves(policy).map(({ path, sourced: { value = null, source, status } }) => {
    const { label, unit, weaker } = findGuide(path) ?? unguided
    const before = shipped.get(path)
    const isChanged = JSON.stringify(before?.value) !== JSON.stringify(value ?? undefined)
    return {
      ...{ path, label, value, source, status, weaker },
      ...(unit === undefined ? {} : { unit }),
      ...(isChanged ? { shipped: { value: before?.value ?? null } } : {}),
    }
  })
  return { version: policy.version, values, policy }
}

export const sampleTier: Reply<'loadTier'> = {
  ...{ solution: 'ContosoExpenses', owner: 'ada', configured: 2, inForce: 3 },
  assessment: {
    answers: [
      {
        ...{ question: 'data-class', text: 'What is the most sensitive data that it holds or reaches?', from: 'answered' },
        ...{ answer: 'confidential', said: 'personal, financial or otherwise confidential', weight: 0, floor: 3 },
        ...{ evidence: ['ada, 2026-11-20'], isForOwner: true, source: 'TIER-06' },
      },
      {
        ...{ question: 'users', text: 'How many people use it?', from: 'unknown', answer: undefined },
        ...{ said: 'nobody answered', weight: 0, floor: undefined, evidence: [], isForOwner: true, source: 'TIER-06' },
      },
    ],
    ...{ score: 4, tier: 3, why: ['personal, financial or otherwise confidential'], open: 1 },
  },
  hold: { tier: 3, configured: 2, why: ['It holds confidential data.'], since: at },
  next: 'A platform-admin agrees with `drover tier decide`.',
  release: { releaseId: 'r-1', version: '1.4.0.2' },
  questions: [],
  ...{ proposal: undefined, decision: undefined, word: undefined, history: [] },
  thresholds: { 2: 3, 3: 8, 4: 14 },
}

export const sampleStructure: Reply<'loadStructure'> = {
  ...{ solution: 'ContosoExpenses', tier: 3, earlier: [] },
  structure: [
    {
      ...{ question: 'segmentation', text: 'How is it cut?', answers: ['single', 'layered'], isDemanded: true, source: 'STR-04' },
      ...{ decision: undefined, seen: [], deviations: ['ContosoBase has tables of it.'] },
    },
  ],
  environments: [{ environment: 'Contoso Production', shouldBeManaged: true, why: ['It holds production data.'], isManaged: undefined }],
}

export const sampleCompletion: Reply<'loadCompletion'> = {
  ...{ solution: 'ContosoExpenses', tier: 3, release: undefined, isComplete: false },
  items: [
    { id: 'owner', text: 'It has an owner who is declared', state: 'proved', isAdvice: false, by: 'Ada in drover.yaml', source: 'ROL-01' },
    {
      ...{ id: 'backup-owner', text: 'Somebody stands in for its owner', state: 'missing', isAdvice: false, by: 'nobody is named' },
      ...{ next: 'Add backupOwner to ContosoExpenses in drover.yaml.', source: 'ROL-01' },
    },
  ],
}
