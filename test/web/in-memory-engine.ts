import type { Decision } from '#domain/approval'
import type {
  Digest,
  EnvironmentId,
  Instant,
  LedgerEvent,
  PersonId,
  PromotionId,
  ReleaseId,
  Result,
  StageId,
  Version,
} from '#domain/kernel'
import { accept, DroverError, refuse, toId } from '#domain/kernel'
import type { AccessScope } from '#domain/people'
import { accessScopes } from '#domain/people'
import type { Configuration } from '#domain/pipeline'
import type { Attempt, GateStatus, Promotion, PromotionRequest } from '#domain/promotion'
import { shippedPolicy } from '#domain/policy'
import { findLosses, findUnknown, noReplays } from '#domain/promotion'
import { evaluateReadiness, makeReleaseChecklist } from '#domain/readiness'
import type {
  Board,
  ConfigurationProposal,
  ConfigurationVersion,
  Deployment,
  Engine,
  PageRequest,
  PromotionSummary,
  PromotionView,
  ReleaseSummary,
} from '#engine'
import type { Page } from '#engine/ports'
import { sampleConfiguration } from './sample-configuration.ts'
import { sampleBiography } from './sample-biography.ts'
import { sampleDrift, sampleRescue } from './sample-drift.ts'
import { asEmergency, owedOf } from './sample-emergency.ts'
import { sampleCompletion, samplePolicy, sampleStructure, sampleTier, SampleTrain } from './sample-governance.ts'
import { sampleAnchors, sampleNotifications, samplePeople, SampleWaivers } from './sample-people.ts'

const at = toId<Instant>('2026-11-21T09:30:00.000Z')
const digest = toId<Digest>(`sha256:${'3f9a1c7e'.repeat(8)}`)
const version = '1.4.0.2' as Version

/** A small engine in memory for tests of the doors: one solution, a promotion to Prod that Grace may approve, a ledger that can be watched. */
export class InMemoryEngine implements Engine {
  readonly events: LedgerEvent[] = []
  configuration: ConfigurationVersion | undefined
  failWith: Error | undefined
  watches = 0
  readonly #watchers = new Set<(sequence: number) => void>()
  readonly attestReadiness = noHotfix
  readonly anchorLedger = noHotfix
  readonly loadArchive = noHotfix
  readonly archiveEvidence = noHotfix
  readonly holdEvidence = noHotfix
  readonly rotateKey = noHotfix
  readonly withdrawKeyProposal = noHotfix
  readonly loadProvenance = noHotfix
  readonly exportEvidence = noHotfix
  readonly loadNotifications: Engine['loadNotifications'] = async () => accept(sampleNotifications())
  readonly loadAnchors: Engine['loadAnchors'] = async () => sampleAnchors()
  readonly loadTier: Engine['loadTier'] = async () => accept(sampleTier)
  readonly answerTier = noHotfix
  readonly decideTier = noHotfix
  readonly loadStructure: Engine['loadStructure'] = async () => accept(sampleStructure)
  readonly decideStructure = noHotfix
  readonly loadCompletion: Engine['loadCompletion'] = async () => accept(sampleCompletion)
  readonly noteRelease = noHotfix
  readonly reportTests = noHotfix
  readonly approveByPullRequest = noHotfix
  readonly issueToken = noHotfix
  readonly loadSignIn: Engine['loadSignIn'] = async () => this.configuration?.configuration.signIn
  readonly openSession = noHotfix
  readonly revokeToken = noHotfix
  readonly forgetPerson = noHotfix
  readonly listTokens: Engine['listTokens'] = async () => accept([])
  readonly placesOf: Engine['placesOf'] = async () => ({ environments: [], solutions: [] })
  /** Tokens are `token-<person>`, with every scope unless {@link scopes} says less; `expired` and anything else are refused as the real engine does. */
  verifyToken: Engine['verifyToken'] = async (token) => {
    if (token === 'expired' || token === 'revoked')
      throw new DroverError(`auth.token-${token}`, `The token is ${token}.`, { hint: 'Get a new one.' })
    if (!/^token-(ada|grace|mallory)$/.test(token))
      throw new DroverError('auth.token-invalid', 'The token is not accepted.', { hint: 'Get one from this workspace.' })
    const personId = toId<PersonId>(token.slice('token-'.length))
    const people = this.configuration?.configuration.people
    if (people !== undefined && !people.some((person) => person.id === personId))
      throw new DroverError('auth.unknown-person', `${personId} is not among the people.`, { hint: 'Ask a platform-admin.' })
    return { personId, tokenId: `t-${personId}`, scopes: this.scopes }
  }
  scopes: readonly AccessScope[] = accessScopes
  readonly loadPerson = noHotfix
  readonly nameDeputy: Engine['nameDeputy'] = async () =>
    refuse('deputy.no-time', 'A deputy until then would never be one.', 'Give an end that comes after its begin, and after now.')
  readonly confirmDeputy = noHotfix
  readonly certifyRights = noHotfix
  readonly askForGrant = noHotfix
  readonly confirmGrant = noHotfix
  readonly endGrant = noHotfix
  readonly loadActing: Engine['loadActing'] = async () => (await this.loadConfiguration())?.configuration.people ?? []
  readonly endDeputy = noHotfix
  readonly listPeople: Engine['listPeople'] = async () => accept(samplePeople())
  readonly foreseeLeaving: Engine['foreseeLeaving'] = async () => accept([])
  readonly loadRaci: Engine['loadRaci'] = async () => ({ rows: [], gates: [], caveat: '' })
  readonly requestTrain = noHotfix
  readonly decideTrain: Engine['decideTrain'] = async (command) => {
    this.train.decide(command)
    this.record(`train/${command.trainId}`, 'train-decided', command.actor, {})
    return this.loadTrain(command.trainId, command.actor)
  }
  readonly withdrawTrain = noHotfix
  readonly resumeTrain = noHotfix
  readonly train = new SampleTrain()
  readonly loadTrain: Engine['loadTrain'] = async (_trainId, viewer) => {
    const promotion = await this.loadPromotion(toId('p-prod'), viewer)
    return accept(this.train.view(promotion ?? missing(), viewer))
  }
  readonly listTrains: Engine['listTrains'] = async () => this.train.list()
  /** What a page of the promotion offers to say, and the train and waivers. */
  readonly listWaiting: Engine['listWaiting'] = async (viewer) => {
    const view = await this.loadPromotion(toId('p-prod'), viewer)
    const { promotionId, solution, stageId } = view?.promotion.request ?? missing()
    const gates = view?.mayDecide ?? []
    return {
      promotions: gates.length === 0 ? [] : [{ promotionId, solution, version, stageId, asks: ['decide'], gates }],
      trains: viewer === 'grace' ? this.train.list().map(({ trainId, name }) => ({ trainId, name, gates: ['approval'] })) : [],
      waivers: [],
      words: [],
    }
  }
  readonly startHotfix = noHotfix
  readonly retryHotfix = noHotfix
  readonly releaseHotfix = noHotfix
  readonly mergeHotfix = noHotfix
  readonly decideHotfixConflict = noHotfix
  readonly #waivers = new SampleWaivers()
  readonly requestWaiver: Engine['requestWaiver'] = async (command) => accept(this.#waivers.ask(command))
  readonly decideWaiver: Engine['decideWaiver'] = async (command) => accept(this.#waivers.decide(command))
  readonly revokeWaiver: Engine['revokeWaiver'] = async (command) => accept(this.#waivers.revoke(command))
  readonly loadWaiver = noHotfix
  readonly listWaivers: Engine['listWaivers'] = async (viewer) => accept(this.#waivers.list(viewer))
  readonly abandonHotfix = noHotfix
  readonly loadHotfix = noHotfix
  readonly #promotions = new Map<PromotionId, Promotion>()
  readonly #deployments: Deployment[] = []

  constructor() {
    this.configuration = { version: 1, appliedAt: at, appliedBy: 'ada', changes: [], configuration: sampleConfiguration() }
    this.record('configuration', 'configuration-applied', 'ada', {})
    this.#promotions.set(toId('p-test'), {
      ...this.#newPromotion('p-test', 'test'),
      status: { state: 'succeeded', attempt: this.attempt(5), verification: ['Contoso Expenses 1.4.0.2 is installed.'] },
    })
    this.#deployments.push({
      environmentId: 'test',
      solution: 'ContosoExpenses',
      version,
      releaseId: toId('r-1'),
      promotionId: toId('p-test'),
      digest,
      commit: 'a1b2c3d4e5f6',
      deployedAt: at,
      approvals: [],
      durationMs: 4200,
    })
    this.#promotions.set(toId('p-prod'), this.#newPromotion('p-prod', 'prod'))
    this.record('promotion/p-prod', 'promotion-requested', 'ada', {})
  }

  /** Appends to the ledger and tells the watchers. */
  record(stream: string, type: string, actor: string, data: unknown): void {
    const sequence = this.events.length + 1
    const streamVersion = this.events.filter((event) => event.stream === stream).length + 1
    this.events.push({
      sequence,
      stream,
      streamVersion,
      type,
      data,
      actor,
      at,
      previousHash: '0'.repeat(64),
      hash: sequence.toString(16).padStart(64, '0'),
    })
    for (const watcher of this.#watchers) watcher(sequence)
  }

  /** Lets the attempt of a running promotion end well. */
  finish(promotionId: string): void {
    const id = toId<PromotionId>(promotionId)
    const promotion = this.#find(id)
    this.#promotions.set(id, {
      ...promotion,
      status: {
        state: 'succeeded',
        attempt: this.attempt(5),
        verification: [
          'ContosoExpenses 1.4.0.2 is installed and managed.',
          'Flow “Approve expense” is on.',
          'No Active layer was added by Drover.',
        ],
      },
      tag: 'prod/ContosoExpenses/1.4.0.2',
    })
    this.#deployments.push({
      environmentId: 'prod',
      solution: 'ContosoExpenses',
      version,
      releaseId: promotion.request.releaseId,
      promotionId: id,
      digest,
      commit: 'a1b2c3d4e5f6',
      deployedAt: at,
      approvals: promotion.decisions,
      durationMs: 5300,
    })
    this.record(`promotion/${promotionId}`, 'attempt-succeeded', 'drover', {})
  }

  attempt(finished: number): Attempt {
    const kinds = ['observe', 'stage', 'import', 'activate-flows', 'verify'] as const
    const notes = ['1.3.0.0 is installed', 'valid', 'import job ended with success', '1 flow switched on', undefined]
    const steps = kinds.slice(0, Math.min(kinds.length, finished + 1)).map((step, index) => ({
      step,
      startedAt: toId<Instant>(`2026-11-21T09:30:0${index}.000Z`),
      finishedAt: index < finished ? toId<Instant>(`2026-11-21T09:30:0${index + 1}.200Z`) : undefined,
      outcome: index < finished ? ('done' as const) : undefined,
      note: index < finished ? notes[index] : undefined,
    }))
    const finishedAt = finished >= kinds.length ? toId<Instant>('2026-11-21T09:30:06.000Z') : undefined
    return {
      id: toId('a-1'),
      startedAt: at,
      finishedAt,
      steps,
      jobs: { importJobId: undefined, asyncOperationId: undefined, importState: undefined },
      before: undefined,
    }
  }

  async applyConfiguration(command: {
    readonly configuration: Configuration
    readonly actor: PersonId
  }): Promise<Result<ConfigurationVersion>> {
    this.record('configuration', 'configuration-applied', command.actor, {})
    this.configuration = {
      version: this.events.length,
      appliedAt: at,
      appliedBy: command.actor,
      changes: ['Declared.'],
      configuration: command.configuration,
    }
    return accept(this.configuration)
  }

  async confirmConfiguration(command: { readonly digest: Digest; readonly actor: PersonId }): Promise<Result<ConfigurationVersion>> {
    const proposal = await this.loadProposal(command.digest)
    if (proposal === undefined) return refuse('proposal.unknown', `Nobody proposed the configuration ${command.digest}.`, 'Propose it.')
    return this.applyConfiguration({ configuration: proposal.configuration, actor: command.actor })
  }

  async loadProposal(wanted: Digest): Promise<ConfigurationProposal | undefined> {
    if (wanted !== digest) return undefined
    const changes = [{ subject: 'solution ContosoExpenses', text: 'Tier changes from 3 to 2.', authority: 'two-people' as const }]
    return { digest, proposedBy: toId('ada'), proposedAt: at, basedOn: 1, changes, configuration: sampleConfiguration() }
  }

  async loadConfiguration(): Promise<ConfigurationVersion | undefined> {
    if (this.failWith !== undefined) throw this.failWith
    return this.configuration
  }

  async prepareRelease(command: { readonly solution: string }): Promise<Result<{ readonly releaseId: ReleaseId }>> {
    if (command.solution === 'ContosoExpenses') return accept({ releaseId: toId('r-1') })
    return refuse('solution.not-governed', `The solution "${command.solution}" is not in the configuration.`, 'Add it to drover.yaml.')
  }

  async loadPreparation(releaseId: ReleaseId) {
    if (releaseId !== 'r-1') return undefined
    return {
      releaseId,
      solution: 'ContosoExpenses',
      requestedBy: toId<PersonId>('ada'),
      startedAt: at,
      steps: [{ name: 'export', note: 'managed and unmanaged', finishedAt: at }],
      status: { state: 'sealed' as const },
      artifacts: [],
    }
  }

  async loadRelease() {
    return undefined
  }

  async listReleases(page: PageRequest): Promise<Page<ReleaseSummary>> {
    return pageOf(page, [
      { releaseId: toId('r-2'), solution: 'ContosoExpenses', version: undefined, state: 'refused', startedAt: at },
      { releaseId: toId('r-1'), solution: 'ContosoExpenses', version, state: 'sealed', startedAt: at },
    ])
  }

  async loadArtifact(wanted: Digest): Promise<Uint8Array> {
    if (wanted === digest) return new Uint8Array([80, 75, 3, 4])
    throw new DroverError('artifact.absent', `No artifact ${wanted} is kept.`, { hint: 'Check the digest.' })
  }

  async requestPromotion(command: {
    readonly releaseId: ReleaseId
    readonly stageId: StageId
    readonly emergency?: { readonly reason: string } | undefined
    readonly actor: PersonId
  }): Promise<Result<PromotionView>> {
    if (command.stageId !== 'test' && command.stageId !== 'prod')
      return refuse('stage.unknown', `There is no stage "${command.stageId}".`, 'Name one of: test, prod.')
    if (command.stageId === 'test') {
      return refuse('promotion.settings-incomplete', 'Settings are missing for Test.', 'Add them to drover.yaml.', [
        { subject: 'contoso_ApiUrl', message: 'has no value' },
      ])
    }
    const id = `p-${this.#promotions.size + 1}`
    const asked = this.#newPromotion(id, 'prod')
    this.#promotions.set(toId(id), command.emergency === undefined ? asked : asEmergency(asked, command.emergency.reason))
    this.record(`promotion/${id}`, 'promotion-requested', command.actor, {})
    return accept(this.#view(toId(id), command.actor))
  }

  async acknowledgeLoss(command: Parameters<Engine['acknowledgeLoss']>[0]): Promise<Result<PromotionView>> {
    const { promotionId, subject, ceiling, comment, actor } = command
    const promotion = this.#find(promotionId)
    const word = { subject, by: actor, at, ceiling, expiresAt: at, comment, artifact: promotion.request.boundTo.artifact }
    this.#promotions.set(promotionId, { ...promotion, acknowledgements: [...promotion.acknowledgements, word] })
    this.record(`promotion/${promotionId}`, 'loss-acknowledged', actor, { acknowledgement: word })
    return accept(this.#view(promotionId, actor))
  }

  async acknowledgeUnknown(command: Parameters<Engine['acknowledgeUnknown']>[0]): Promise<Result<PromotionView>> {
    const { promotionId, of, comment, actor } = command
    const promotion = this.#find(promotionId)
    const word = { by: actor, at, of, comment, artifact: promotion.request.boundTo.artifact }
    this.#promotions.set(promotionId, { ...promotion, unknownAcknowledged: [...(promotion.unknownAcknowledged ?? []), word] })
    return accept(this.#view(promotionId, actor))
  }

  async decideApproval(command: {
    readonly promotionId: PromotionId
    readonly gate: Decision['gate']
    readonly verdict: Decision['verdict']
    readonly comment: string
    readonly onBehalfOf?: PersonId | undefined
    readonly actor: PersonId
  }): Promise<Result<PromotionView>> {
    const promotion = this.#find(command.promotionId)
    if (command.actor === promotion.request.requestedBy) {
      return refuse('approval.own-request', 'Ada asked for this promotion and cannot approve it.', 'Ask Grace.', [
        { subject: 'ada', message: 'is the requester' },
      ])
    }
    const decision: Decision = {
      gate: command.gate,
      by: command.actor,
      verdict: command.verdict,
      comment: command.comment,
      at,
      boundTo: promotion.request.boundTo,
      ...(command.onBehalfOf === undefined ? {} : { onBehalfOf: command.onBehalfOf }),
    }
    const status =
      command.verdict === 'approve'
        ? ({ state: 'running', attempt: this.attempt(2) } as const)
        : ({ state: 'rejected', by: command.actor, comment: command.comment } as const)
    this.#promotions.set(command.promotionId, { ...promotion, decisions: [...promotion.decisions, decision], status })
    this.record(`promotion/${command.promotionId}`, 'approval-decided', command.actor, { decision })
    return accept(this.#view(command.promotionId, command.actor))
  }

  async withdrawPromotion(command: { readonly promotionId: PromotionId; readonly actor: PersonId }): Promise<Result<PromotionView>> {
    return this.#change(command.promotionId, command.actor, { state: 'withdrawn', by: command.actor })
  }

  async finishMigration(command: Parameters<Engine['finishMigration']>[0]): Promise<Result<PromotionView>> {
    return this.#change(command.promotionId, command.actor, { state: 'running', attempt: this.attempt(0) })
  }

  async restoreSandbox() {
    return missing()
  }

  async repairRows() {
    return missing()
  }

  async repairComponents() {
    return missing()
  }

  async rehearseRecovery() {
    return missing()
  }

  async listRecoveries() {
    return missing()
  }

  async loadRecoveryWork() {
    return missing()
  }

  async rollback() {
    return refuse('recovery.nothing-there', 'Nothing is there to go back from.', 'Nothing to do.')
  }

  async showRecovery() {
    return refuse('recovery.nothing-there', 'Nothing is there to go back from.', 'Nothing to do.')
  }

  async planTrainRecovery() {
    return accept([])
  }

  async workLeftoverUpgrade() {
    return refuse('upgrade.none-waits', 'No staged upgrade waits.', '')
  }

  async loadUpgradeWork() {
    return refuse('upgrade.unknown-work', 'There is no such work.', '')
  }

  async resumePromotion(command: {
    readonly promotionId: PromotionId
    readonly reason: string
    readonly actor: PersonId
  }): Promise<Result<PromotionView>> {
    return this.#change(command.promotionId, command.actor, { state: 'running', attempt: this.attempt(0) })
  }

  async planRelease({ releaseId }: Parameters<Engine['planRelease']>[0]) {
    return refuse('release.unknown', `There is no sealed release "${releaseId}".`, '')
  }

  async loadPromotion(promotionId: PromotionId, viewer: PersonId | undefined): Promise<PromotionView | undefined> {
    return this.#promotions.has(promotionId) ? this.#view(promotionId, viewer) : undefined
  }

  async loadReadiness(): ReturnType<Engine['loadReadiness']> {
    const { people } = this.configuration?.configuration ?? sampleConfiguration()
    const scans = {
      'RDY-06': { told: 'yes', reasons: [{ subject: 'ContosoExpenses 1.4.0.2 in prod', message: 'Commit a1b2c3d4.' }], at },
      'RDY-03': { told: 'no', reasons: [{ subject: 'Production', message: 'unmanaged changes are not blocked.' }] },
    } as const
    const word = { by: toId<PersonId>('ada'), at, text: 'Assessed in March.', holdsUntil: toId<Instant>('2099-01-01T00:00:00.000Z') }
    const attestations = [{ ...word, item: 'RDY-17' as const }]
    return accept(evaluateReadiness({ scans, attestations, people, policy: shippedPolicy.readiness, now: at }))
  }

  async loadReleaseChecklist(promotionId: PromotionId): ReturnType<Engine['loadReleaseChecklist']> {
    const view = await this.loadPromotion(promotionId, undefined)
    return view === undefined
      ? refuse('promotion.unknown', `There is no promotion ${promotionId}.`, '')
      : accept(makeReleaseChecklist(view))
  }

  async listPromotions(page: PageRequest): Promise<Page<PromotionSummary>> {
    return pageOf(page, [...this.#promotions.values()].map(summarise))
  }

  async listRescues(lookup: Parameters<Engine['listRescues']>[0]): ReturnType<Engine['listRescues']> {
    const environment = this.#environment(lookup.environmentId ?? '')
    return environment?.id === 'prod' ? [sampleRescue(environment)] : []
  }

  #environment(id: string) {
    return this.configuration?.configuration.environments.find((one) => one.id === id)
  }

  async loadRescue(): ReturnType<Engine['loadRescue']> {
    return undefined
  }

  async seedData() {
    return missing()
  }

  async scanData() {
    return missing()
  }

  async decideData() {
    return missing()
  }

  async proposeDataRules() {
    return missing()
  }

  async listData(): ReturnType<Engine['listData']> {
    return []
  }

  async loadData(): ReturnType<Engine['loadData']> {
    return undefined
  }

  async listHotfixes(): ReturnType<Engine['listHotfixes']> {
    return []
  }

  async restoreRescue(): ReturnType<Engine['restoreRescue']> {
    return refuse('rescue.unknown', 'There is no such rescue.', 'Name one that `drover rescue list` shows.')
  }

  async loadBoard(): Promise<Board> {
    const configuration = this.configuration?.configuration ?? sampleConfiguration()
    const pipelines = configuration.pipelines.map((pipeline) => ({
      ...pipeline,
      stagesWithState: pipeline.stages.map((stage) => ({
        stageId: stage.id,
        environment: configuration.environments.find((one) => one.id === stage.environment) ?? missing(),
        deployments: this.#deployments.filter((deployment) => deployment.environmentId === stage.environment),
        promotions: [...this.#promotions.values()].filter((promotion) => promotion.request.stageId === stage.id).map(summarise),
        holds: [],
      })),
    }))
    return { pipelines, trains: this.train.list(), releases: (await this.listReleases({})).rows, hotfixes: [], owed: [] }
  }

  async inspectEnvironment(environmentId: string) {
    const environment = this.configuration?.configuration.environments.find((one) => one.id === environmentId)
    if (environment === undefined)
      return refuse('environment.unknown', `There is no environment "${environmentId}".`, 'Name one of the configuration.')
    return accept({
      environment,
      solutions: [{ id: '1', uniqueName: 'ContosoExpenses', version, isManaged: true, publisherPrefix: 'contoso' }],
    })
  }

  async planUnmanaged() {
    return refuse('plan.absent', 'Unmanaged work is not planned here.', '')
  }

  async decideConflict() {
    return refuse('plan.absent', 'Unmanaged work is not planned here.', '')
  }

  async exportConfigurationData() {
    return refuse('plan.absent', 'No rows are read here.', '')
  }

  async loadProtection(environmentId: string) {
    const environment = this.configuration?.configuration.environments.find((one) => one.id === environmentId)
    if (environment === undefined)
      return refuse('environment.unknown', `There is no environment "${environmentId}".`, 'Name one of the configuration.')
    return accept({
      environment,
      layerPolicy: { kind: 'register' as const, reason: 'the default' },
      isBlocked: false,
      verdict: { state: 'holds' as const, message: 'It allows unmanaged changes.' },
      switched: undefined,
      proposal: undefined,
      powerfulRoles: [],
      breaks: [],
      foreignImports: [],
      observedAt: undefined,
      unseen: [],
    })
  }

  async changeProtection() {
    return this.loadProtection('')
  }

  async loadBiography({ environmentId }: { readonly environmentId: string }): ReturnType<Engine['loadBiography']> {
    const environment = this.#environment(environmentId)
    if (environment === undefined)
      return refuse('environment.unknown', `There is no environment "${environmentId}".`, 'Name one of the configuration.')
    return accept({ environment, entries: sampleBiography() })
  }

  async recordIncident() {
    return missing()
  }

  async listRestorePoints() {
    return missing()
  }

  async rebuildEnvironment() {
    return missing()
  }

  async resumeRebuild() {
    return missing()
  }

  async confirmRebuildSettings() {
    return missing()
  }

  async loadRebuild() {
    return missing()
  }

  async listCattle(): ReturnType<Engine['listCattle']> {
    const endsAt = toId<Instant>('2026-12-24T09:00:00.000Z')
    const step = { who: 'Service account', where: 'Contoso Test, Connections', what: 'Make a connection of shared_office365.' }
    return [
      {
        environmentId: toId<EnvironmentId>('test'),
        end: { state: 'announced', endsAt, removedFrom: endsAt },
        warnedAt: toId<Instant>('2026-12-10T09:00:00.000Z'),
        ...{ lastRebuiltAt: undefined, rebuildNote: undefined, creation: undefined, removal: undefined },
        rebuild: { id: 'rb-7', state: 'waiting', note: 'The new environment answers.', steps: [step] },
      },
    ]
  }

  async createCattle() {
    return missing()
  }

  async keepEnvironment() {
    return missing()
  }

  async removeEnvironment() {
    return missing()
  }

  async takeRestorePoint() {
    return missing()
  }

  async watchDrift() {
    return missing()
  }

  async loadDrift(environmentId: string): ReturnType<Engine['loadDrift']> {
    const environment = this.#environment(environmentId)
    if (environment === undefined)
      return refuse('environment.unknown', `There is no environment "${environmentId}".`, 'Name one of the configuration.')
    return accept(sampleDrift(environment))
  }

  async resumeStage(command: { readonly solution: string }) {
    return refuse('stage.not-held', `It is not held for ${command.solution}.`, 'Nothing to do.')
  }

  async acceptDeviation() {
    return missing()
  }

  async adoptDeviations() {
    return missing()
  }

  async declineChangeRequest() {
    return missing()
  }

  async revertDeviation() {
    return missing()
  }

  async confirmRevert() {
    return missing()
  }

  async observeEnvironment() {
    return refuse('environment.not-watched', 'The page does not observe environments yet.', '')
  }

  async loadEnvironmentRecord(environmentId: string): ReturnType<Engine['loadEnvironmentRecord']> {
    const environment = this.#environment(environmentId)
    return environment === undefined ? this.observeEnvironment() : accept(sampleDrift(environment).record)
  }

  async acceptBaseline() {
    return this.observeEnvironment()
  }

  async readEvents(after: number, limit: number): Promise<readonly LedgerEvent[]> {
    return this.events.slice(after, after + limit)
  }

  async watchEvents(onAppended: (sequence: number) => void): Promise<() => Promise<void>> {
    this.#watchers.add(onAppended)
    this.watches++
    return async () => {
      this.#watchers.delete(onAppended)
      this.watches--
    }
  }

  async showPolicy() {
    return samplePolicy(this.configuration?.configuration ?? sampleConfiguration())
  }
  async testPolicy() {
    return accept({ version: shippedPolicy.version, promotions: [], sums: noReplays, next: undefined })
  }
  checkCondition() {
    return undefined
  }
  async verifyLedger() {
    const none = { faults: [], anchors: { held: 0, through: 0 }, artifacts: { checked: 0, removed: 0 }, root: '', unprovable: [] }
    return { entries: this.events.length, firstBroken: undefined, ...none }
  }

  /** The target turned out to be different: its plan destroys data now, and cannot tell everything. */
  renew(id: string): void {
    const promotion = this.#find(toId(id))
    const { request } = promotion
    const plan = { ...request.plan, content: destructiveContent, unseen: [{ what: 'Data policies', why: 'The role may not read them.' }] }
    const differences = [{ subject: 'column Old total (contoso_expense.contoso_oldtotal)', message: 'It is now destroyed too.' }]
    const noted = [{ subject: 'table Receipt (contoso_receipt)', message: 'rows: it was exactly 11 and is exactly 12.' }]
    this.#promotions.set(request.promotionId, { ...promotion, request: { ...request, plan }, renewed: { at, differences, noted } })
    this.record(`promotion/${id}`, 'plan-renewed', 'drover', {})
  }

  /** It cannot wait, and somebody else may have Grace decide in their place. */
  declare(id: string): void {
    const promotion = this.#find(toId(id))
    this.#promotions.set(promotion.request.promotionId, asEmergency(promotion))
  }

  async listOwed(): ReturnType<Engine['listOwed']> {
    return accept({ owed: [...this.#promotions.values()].flatMap(owedOf), emergencies: [] })
  }

  async signOffPromotion(command: Parameters<Engine['signOffPromotion']>[0]): Promise<Result<PromotionView>> {
    const { promotionId, gate, verdict, comment, actor: by } = command
    const promotion = this.#find(promotionId)
    const signOffs = [...(promotion.signOffs ?? []), { gate, by, verdict, comment, at }]
    this.#promotions.set(promotionId, { ...promotion, signOffs })
    this.record(`promotion/${promotionId}`, 'sign-off-given', by, { signOff: signOffs.at(-1) })
    return accept(this.#view(promotionId, by))
  }

  async validatePromotion(command: Parameters<Engine['validatePromotion']>[0]): Promise<Result<PromotionView>> {
    const { promotionId, of, outcome, note, actor: by } = command
    const promotion = this.#find(promotionId)
    this.#promotions.set(promotionId, { ...promotion, validations: [{ of, outcome, by, at, note }] })
    this.record(`promotion/${promotionId}`, 'promotion-validated', by, {})
    return accept(this.#view(promotionId, by))
  }

  acknowledged(id: string): Promotion['acknowledgements'] {
    return this.#find(toId(id)).acknowledgements
  }

  #find(id: PromotionId): Promotion {
    return this.#promotions.get(id) ?? missing()
  }

  #change(id: PromotionId, actor: PersonId, status: Promotion['status']): Result<PromotionView> {
    this.#promotions.set(id, { ...this.#find(id), status })
    this.record(`promotion/${id}`, `promotion-${status.state}`, actor, {})
    return accept(this.#view(id, actor))
  }

  #view(id: PromotionId, viewer: PersonId | undefined): PromotionView {
    const promotion = this.#find(id)
    const isWaiting = promotion.status.state === 'pending' && promotion.request.stageId === 'prod'
    return {
      promotion,
      gates: gatesOf(promotion),
      mayDecide: isWaiting && viewer === 'grace' ? ['approval'] : [],
      places: isWaiting && viewer === 'grace' ? placesAt(promotion) : [],
      maySignOff: viewer === 'grace' ? owedOf(promotion).map(({ gate }) => gate) : [],
      ...watchAt(promotion, viewer),
      losses: findLosses(promotion.request.plan).map((loss) => ({
        ...loss,
        mayAcknowledge:
          viewer === 'grace' && loss.closedBy === undefined && !promotion.acknowledgements.some((word) => word.subject === loss.subject),
      })),
      seen: promotion.request.boundTo.plan,
      unknown: findUnknown(promotion.request.plan),
      mayAcknowledgeUnknown: false,
      offers: [],
      events: this.events.filter((event) => event.stream === `promotion/${id}`),
    }
  }

  #newPromotion(id: string, stage: 'test' | 'prod'): Promotion {
    const request: PromotionRequest = { ...requestTo(stage), promotionId: toId(id) }
    return {
      request,
      decisions: [],
      status: { state: 'pending' },
      earlierAttempts: [],
      acknowledgements: [],
      rescues: [],
      migration: undefined,
      renewed: undefined,
      tag: undefined,
      tagFailure: undefined,
    }
  }
}

const destructiveContent: PromotionRequest['plan']['content'] = [
  {
    ...{ kind: 'Attribute', key: 'contoso_expense.contoso_oldtotal', name: 'Old total', table: 'contoso_expense', effect: 'destroy' },
    ...{
      certainty: 'known',
      class: 'destructive',
      message: 'Goes with its values.',
      includes: 0,
      winner: undefined,
      comesBack: 'with-loss',
    },
    losses: [{ kind: 'values', count: { kind: 'exact', n: 1204, method: 'counted now', asOf: at } }],
    tweakId: undefined,
  },
  {
    ...{ kind: 'Entity', key: 'contoso_receipt', name: 'Receipt', table: undefined, effect: 'destroy', certainty: 'assumed' },
    ...{ class: 'destructive', message: 'Goes with its rows and 14 parts.', includes: 14, winner: undefined, comesBack: 'never' },
    losses: [
      { kind: 'rows', count: { kind: 'unknown', why: 'the role may not read it.' } },
      { kind: 'sharing', count: { kind: 'at-least', n: 3, method: 'counted now', asOf: at } },
    ],
    tweakId: undefined,
  },
  {
    ...{ kind: 'SystemForm', key: 'f-1', name: 'Expense', table: 'contoso_expense', effect: 'hide', certainty: 'unknown' },
    ...{ class: 'behavioural', message: 'A change by hand stays on top.', includes: 0, winner: 'Active', comesBack: 'yes' },
    losses: [],
    tweakId: undefined,
  },
]

function requestTo(stage: 'test' | 'prod'): Omit<PromotionRequest, 'promotionId'> {
  return {
    releaseId: toId('r-1'),
    solution: 'ContosoExpenses',
    version,
    tier: 2,
    pipelineId: toId('main'),
    stageId: toId(stage),
    environmentId: toId(stage),
    requestedBy: toId('ada'),
    requestedAt: at,
    configurationVersion: 1,
    gates: [
      { kind: 'checks' },
      { kind: 'settings' },
      { kind: 'previous-stage' },
      { kind: 'approval', people: [toId('grace')], quorum: 1, expiresAfterHours: 72 },
    ],
    plan: {
      target: { environmentId: toId(stage), lane: `contoso-${stage}.crm4.dynamics.com`, identity: { userId: 'u-1', objectId: undefined } },
      mode: 'upgrade',
      modeReason: 'Two components vanished from the solution since 1.3.0.0.',
      fromVersion: '1.3.0.0' as Version,
      toVersion: version,
      parameters: { connectionReferences: [], environmentVariables: [] },
      flows: [],
      lines: [
        { subject: 'Column contoso_OldTotal', effect: 'delete', message: 'is deleted with its values in 1 204 rows.', certainty: 'known' },
        {
          subject: 'Form Expense (main)',
          effect: 'leave',
          message: 'has a change made directly in Prod, which hides what this version changes in it.',
          certainty: 'assumed',
        },
        { subject: 'Table Expense Report', effect: 'create', message: 'is new.', certainty: 'known' },
        { subject: 'contoso_ApiUrl', effect: 'set', message: 'gets the value of this stage.', certainty: 'known' },
        { subject: 'Flow Approve expense', effect: 'activate', message: 'is switched on after its child flow.', certainty: 'known' },
        {
          subject: 'Canvas app Expense',
          effect: 'update',
          message: 'may be replaced; what differs cannot be read from the target.',
          certainty: 'unknown',
        },
      ],
      content: [],
      rescue: [],
      saferWay: [],
      unseen: [],
      fingerprint: '',
      steps: ['observe', 'stage', 'import', 'activate-flows', 'verify'],
      blockers: [],
    },
    boundTo: { artifact: digest, settings: 'c'.repeat(64), plan: 'b'.repeat(64), fingerprint: '', policy: 'test' },
    evidence: [],
    reviewWindowHours: 0,
    policyVersion: 'test',
    separation: { distinctPeople: 2, separatedGates: [] },
  }
}

/** Grace decides an emergency for herself or for Mallory. */
function placesAt({ request }: Promotion): PromotionView['places'] {
  return request.intent === undefined ? [{ gate: 'approval' }] : [{ gate: 'approval' }, { gate: 'approval', placeOf: toId('mallory') }]
}

/** What went into Production is watched, and somebody has to say how that went. */
function watchAt({ request, status, validations }: Promotion, viewer: PersonId | undefined): Pick<PromotionView, 'watch' | 'maySay'> {
  if (request.stageId !== 'prod' || status.state !== 'succeeded' || validations !== undefined) return { maySay: [] }
  const words = [
    { of: 'watch' as const, outcome: 'passed' as const },
    { of: 'watch' as const, outcome: 'failed' as const },
  ]
  return { watch: { state: 'due', by: at, isOverdue: true }, maySay: viewer === 'grace' ? words : [] }
}

function gatesOf(promotion: Promotion): readonly GateStatus[] {
  const approval = promotion.decisions.find((decision) => decision.verdict === 'approve')
  const rejection = promotion.decisions.find((decision) => decision.verdict === 'reject')
  return [
    { kind: 'checks', state: 'open', reasons: [{ subject: 'ContosoExpenses', message: '8 rules, no critical finding.' }] },
    { kind: 'settings', state: 'open', reasons: [{ subject: 'Prod', message: '2 values and 1 connection are set.' }] },
    { kind: 'previous-stage', state: 'open', reasons: [{ subject: 'Test', message: 'The same file was verified in Test.' }] },
    {
      kind: 'approval',
      state: approval === undefined ? (rejection === undefined ? 'pending' : 'closed') : 'open',
      reasons: [
        approval === undefined
          ? { subject: 'grace', message: 'has not decided yet; until 24 November.' }
          : { subject: approval.by, message: `approved: ${approval.comment || 'no comment'}` },
      ],
    },
  ]
}

function summarise(promotion: Promotion): PromotionSummary {
  const { promotionId, releaseId, solution, version: to, stageId, pipelineId, requestedBy, requestedAt } = promotion.request
  return { promotionId, releaseId, solution, version: to, stageId, pipelineId, state: promotion.status.state, requestedBy, requestedAt }
}

function pageOf<T>({ after = 0, limit = 50 }: PageRequest, all: readonly T[]): Page<T> {
  const end = after + limit
  return { rows: all.slice(after, end), next: end < all.length ? end : undefined }
}

function missing(): never {
  throw new Error('The test asks for something that its engine does not have.')
}

async function noHotfix() {
  return refuse('hotfix.unknown', 'There is no such hotfix.', 'Start one.')
}
