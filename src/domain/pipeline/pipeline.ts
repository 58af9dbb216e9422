import type { EnvironmentId, PersonId, PipelineId, StageId } from '#domain/kernel'
import type { Environment, SecretRef } from '#domain/environment'
import type { Grant, Group, Person } from '#domain/people'
import type { StageSettings } from '#domain/settings'
import type { Tier } from '#domain/solution'
import type { ChangeWindow, Freeze } from './change-window.ts'
import type { NotificationSettings } from './notification-channel.ts'
import type { PolicyChanges } from './policy-changes.ts'

/** Gates whose evidence Drover gathers by itself. */
export type MachineGateKind =
  | 'checks'
  | 'settings'
  | 'preflight'
  | 'previous-stage'
  | 'version-rises'
  | 'source-control'
  | 'review-window'
  /** There whenever data goes: its owners acknowledge it by name. */
  | 'losses'
  /** There whenever the stage has windows or freezes. */
  | 'change-window'
  /** There before every pet: how it comes back is known, and as tested as the tier asks. */
  | 'recovery'
  /** There where the tier asks that a release has run in the stage before for some time. */
  | 'soak'
  /** There where the tier asks how what goes in is validated and watched afterwards; and what went in last must have been. */
  | 'validation'
  /** There while a higher tier is proposed for the solution and nobody has decided on it. */
  | 'tier'
  /** There for a release that travels with others: those before it have arrived. */
  | 'train'

/**
 * Gates that people open. `approval` is the promotion's approver; the others are the sign-offs that higher tiers add. `emergency` is asked only
 * of a promotion that goes past other gates for an emergency: its second person (REL-12).
 */
export type PeopleGateKind = 'approval' | 'review' | 'automated-tests' | 'uat' | 'test-lead' | 'security' | 'cab' | 'emergency'

export type GateKind = MachineGateKind | PeopleGateKind

/** What a promotion waits for: its gates, and that what it was asked for under still holds. */
export type ConditionKind = GateKind | 'in-force'

/** A gate as a pipeline offers it. */
export type GateDefinition =
  | { readonly kind: MachineGateKind }
  | {
      readonly kind: PeopleGateKind
      readonly people: readonly PersonId[]
      /** Groups whose members may decide as well; who they are is read from the configuration in force whenever the gate is judged. */
      readonly groups?: readonly string[] | undefined
      /** How many of them must say yes. */
      readonly quorum: number
      /** Hours after which an undecided request lapses. */
      readonly expiresAfterHours: number
      /** Asked only where the tier or a demand of the policy wants it; absent: of everything that goes into the stage. */
      readonly whenDemanded?: true | undefined
    }

export interface Stage {
  readonly id: StageId
  readonly name: string
  readonly environment: EnvironmentId
  readonly gates: readonly GateDefinition[]
  /** When it takes promotions; absent: always. */
  readonly changeWindows?: readonly ChangeWindow[] | undefined
  readonly freezes?: readonly Freeze[] | undefined
  /** The stage whose settings it has where it has none of its own; only stages that Drover makes have one. */
  readonly settingsOf?: StageId
}

export interface Pipeline {
  readonly id: PipelineId
  readonly name: string
  /** The development environment that artifacts are exported from. */
  readonly source: EnvironmentId
  /** In order of promotion. */
  readonly stages: readonly Stage[]
}

/** A solution as governed: who answers for it, how strictly, along which way, with which values. */
export interface GovernedSolution {
  readonly uniqueName: string
  readonly owner: PersonId
  /** Who stands in for its owner (ROL-01); absent: nobody. */
  readonly backupOwner?: PersonId | undefined
  readonly tier: Tier
  readonly pipeline: PipelineId
  /** `raise`: Drover raises the revision in Dev before each export; `keep`: the maker does. */
  readonly versioning: 'raise' | 'keep'
  readonly settings: Readonly<Record<StageId, StageSettings>>
  /** Folder of the source repository that holds the rows which the solution needs; absent: it needs none. */
  readonly configurationData?: string | undefined
  /** Where it is watched once it is in a pet, and who answers for that; absent: nobody said. */
  readonly monitoring?: Monitoring | undefined
}

export interface Monitoring {
  readonly url: string
  /** Whom an alarm reaches: a person, a team or an address. */
  readonly contact: string
}

/** What drover.yaml proposes and the ledger keeps in versions; running things read versions, never the file. */
/** An OpenID Connect issuer that says who people are. */
export interface SignInSettings {
  /** Its address, below which `.well-known/openid-configuration` lies. */
  readonly issuer: string
  readonly clientId: string
  /** Absent: a public client, which PKCE alone protects. */
  readonly clientSecret?: SecretRef | undefined
  /** The claim of its ID token that a person's `subject` names: one that never changes, such as `oid` or `sub`. */
  readonly claim: string
  readonly scopes: string
  /** Where people reach Drover, as it is registered at the issuer; absent: where the request came to. */
  readonly address?: string | undefined
}

export interface Configuration {
  /** Entra tenant id, or any stable name for a local rehearsal. */
  readonly tenant: string
  /** IANA zone in which windows and freezes are meant. */
  readonly timeZone: string
  readonly people: readonly Person[]
  /** Absent: none. */
  readonly groups?: readonly Group[] | undefined
  /** Roles that hold for some environments, pipelines or solutions only. Absent: none. */
  readonly grants?: readonly Grant[] | undefined
  readonly environments: readonly Environment[]
  readonly pipelines: readonly Pipeline[]
  readonly solutions: readonly GovernedSolution[]
  /** Undefined: the shipped policy holds as it is. */
  readonly policy: PolicyChanges | undefined
  /** Local path or URL of the Git repository that receives unpacked sources. */
  readonly sourceRepository: string
  /** Where signed heads of the ledger are kept outside; absent: nowhere. */
  readonly anchors?: readonly AnchorTarget[] | undefined
  /** Folder that takes packs of what policy no longer has kept here; absent: nothing is archived. */
  readonly archive?: { readonly folder: string } | undefined
  /** Where people sign in; absent: with tokens of the workspace only. */
  readonly signIn?: SignInSettings | undefined
  /** Where pull requests are asked about; absent: nowhere. */
  readonly sourceHosts?: readonly SourceHost[] | undefined
  /** Who hears of what outside of Drover; absent: nobody. */
  readonly notifications?: NotificationSettings | undefined
}

/** A host of source code whose pull requests are evidence of reviews. */
export interface SourceHost {
  readonly kind: 'github' | 'azure-devops'
  /** What the addresses of its pull requests begin with. */
  readonly site: string
  /** What the addresses of its REST API begin with. */
  readonly api: string
  /** Absent: what it shows to everybody. */
  readonly token?: SecretRef | undefined
}

/** A place outside that keeps signed heads of the ledger. `git-tag`: an annotated tag in the source repository. */
export type AnchorTarget =
  | { readonly kind: 'git-tag' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'webhook'; readonly url: string }
