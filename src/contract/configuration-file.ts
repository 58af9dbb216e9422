import { z } from 'zod'
import type { NoticeTopic } from '#domain/pipeline'
import { noticeTopics } from '#domain/pipeline'
import { policyJsonSchema, shippedPolicy } from '#domain/policy'
import { anchor, archive } from './evidence-settings.ts'
import { list } from './schema-parts.ts'

/** What drover.yaml may leave out, and what then holds. */
export const configurationDefaults = {
  sourceRepository: 'source.git',
  versioning: 'raise',
  quorum: 1,
  expiresAfterHours: 72,
  /** Appended to the address of an environment; right for local environments, to be written out for real ones. */
  connectivityPath: '/connectivity',
} as const

export const roles = [
  'maker',
  'solution-owner',
  'environment-owner',
  'release-manager',
  'approver',
  'reviewer',
  'test-lead',
  'security',
  'cab',
  'platform-admin',
] as const
export const purposes = ['development', 'test', 'acceptance', 'production', 'sandbox', 'recovery', 'host'] as const
export const machineGates = [
  'checks',
  'settings',
  'preflight',
  'previous-stage',
  'version-rises',
  'source-control',
  'review-window',
  'losses',
  'change-window',
  'recovery',
  'soak',
  'validation',
  'tier',
  'train',
] as const
export const peopleGates = ['approval', 'review', 'automated-tests', 'uat', 'test-lead', 'security', 'cab', 'emergency'] as const

const identifier = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$/,
    'An id is 1 to 100 letters, digits, dots, dashes, underscores or @, and begins with a letter or digit.',
  )

const address = z.string().superRefine((text, context) => {
  const problem = addressProblem(text)
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem })
})

const secretReference = z.union(
  [
    z.strictObject({
      environment: z
        .string()
        .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'Name an environment variable.')
        .describe('Name of the variable that holds the secret.'),
    }),
    z.strictObject({ file: z.string().min(1).describe('Path of the file that holds the secret and nothing else.') }),
  ],
  { error: secretProblem },
)

const settingValue = z.union(
  [z.string(), z.strictObject({ secret: secretReference.describe('Where the secret is; never the secret itself.') })],
  {
    error:
      'Write a text (in quotes when it looks like a number), or { secret: { environment: NAME_OF_A_VARIABLE } } or { secret: { file: path } }.',
  },
)

const credentials = z.strictObject({
  tokenUrl: address.describe('OAuth 2.0 token endpoint, for example https://login.microsoftonline.com/<tenant>/oauth2/v2.0/token.'),
  clientId: z.string().min(1).describe('Application (client) id that Drover signs in with.'),
  clientSecret: secretReference.describe('Where the secret is; never the secret itself.'),
})

const person = z.strictObject({
  id: identifier.describe('What tokens, gates and owners name the person by.'),
  name: z.string().min(1),
  subject: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe(
      'Who the person is at the issuer of `signIn`: the value of its claim, which never changes (oid, sub). Not an e-mail address. Default: they do not sign in there.',
    ),
  roles: list(z.enum(roles)),
  kind: z
    .enum(['person', 'service'])
    .optional()
    .describe('service: an identity of software, such as a build; it decides nothing. Default: person.'),
  builderLevel: z
    .enum(['citizen', 'advanced', 'professional'])
    .optional()
    .describe('How far the person builds by themselves; it caps the tier of solutions that they may own. Default: no cap is known.'),
})

const group = z.strictObject({
  id: identifier.describe('What gates and grants name the group by.'),
  name: z.string().min(1),
  members: list(identifier).describe('Ids of its people.'),
})

const grant = z
  .strictObject({
    person: identifier.optional().describe('Who has the role; or `group`.'),
    group: identifier.optional().describe('The group whose members have the role; or `person`.'),
    role: z.enum(roles),
    environment: identifier.optional().describe('Only for this environment. Default: for all.'),
    pipeline: identifier.optional().describe('Only for this pipeline. Default: for all.'),
    solution: z.string().min(1).optional().describe('Only for this solution. Default: for all.'),
    reason: z.string().min(1).describe('Why they have it.'),
  })
  .refine(({ person, group }) => (person === undefined) !== (group === undefined), 'Name either a person or a group.')

const environment = z.strictObject({
  id: identifier,
  name: z.string().min(1),
  purpose: z.enum(purposes),
  careClass: z.enum(['pet', 'cattle']).describe('pet: protected, nurtured, never rebuilt; cattle: disposable, rebuilt from source.'),
  owner: identifier.describe('Id of the accountable person.'),
  url: address.describe('Dataverse address without /api, for example https://contoso.crm4.dynamics.com.'),
  connectivityUrl: address
    .optional()
    .describe(
      `Base of the connectivity API, for example https://<environment id, split>.environment.api.powerplatform.com/connectivity. Default: url + ${configurationDefaults.connectivityPath}, which is right for local environments only.`,
    ),
  administrationUrl: address
    .optional()
    .describe(
      'Base of the administration API of the tenant, https://api.bap.microsoft.com for most: data policies are read there, where the identity is registered for administration. Default: they are not read.',
    ),
  platformApiUrl: address
    .optional()
    .describe(
      'Base of the Power Platform API, https://api.powerplatform.com for most: restore points, restores and copies are asked for there. Default: they cannot be.',
    ),
  powerAppsUrl: address
    .optional()
    .describe(
      'Base of the API of Power Apps, https://api.powerapps.com for most: canvas apps are shared there, where the identity is registered for administration. Default: sharing is left to people.',
    ),
  credentials: credentials.describe('What Drover deploys with.'),
  observer: credentials
    .optional()
    .describe('What Drover looks at the environment with, which needs to read only. Default: what it deploys with.'),
  administrator: credentials
    .optional()
    .describe(
      'What Drover asks the tenant with, for restore points, copies and new environments; it needs no right to import. Default: what it deploys with.',
    ),
  recovers: identifier
    .optional()
    .describe('Of an environment of purpose recovery: id of the pet whose restore points may be restored into it.'),
  endsAt: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('When a disposable environment is removed, for example 2027-01-31T18:00:00Z. Default: it has no end.'),
  dataOwners: list(identifier).optional().describe('Ids of those who may say that data of this environment may go. Default: its owner.'),
  layerPolicy: z
    .strictObject({
      kind: z
        .enum(['strict', 'register', 'protective'])
        .describe(
          'What may be unmanaged here. strict: nothing; register: registered tweaks; protective: customer-only work may be deployed unmanaged.',
        ),
      reason: z.string().min(1).describe('Why; it is recorded.'),
    })
    .optional()
    .describe('Default: register.'),
})

const gate = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(machineGates).describe('A gate whose evidence Drover gathers by itself.') }),
  z.strictObject({
    kind: z.enum(peopleGates).describe('A gate that people open.'),
    people: list(identifier).default([]).describe('Ids of those who may decide.'),
    groups: list(identifier)
      .optional()
      .describe('Ids of groups whose members may decide as well; whoever is in two of them counts once. Default: none.'),
    quorum: z.int().min(1).default(configurationDefaults.quorum).describe('How many of them must say yes.'),
    expiresAfterHours: z
      .number()
      .positive()
      .default(configurationDefaults.expiresAfterHours)
      .describe('Hours after which an undecided request lapses.'),
    whenDemanded: z
      .literal(true)
      .optional()
      .describe(
        'true: it is asked only where the tier or a demand of the policy wants it. Default: it is asked of all that goes into the stage.',
      ),
  }),
])

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'Write hours and minutes, for example 18:30.')
const wallTime = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/, 'Write a local date and time without a zone, for example 2026-12-20T18:00.')

const changeWindow = z.strictObject({
  days: list(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])),
  from: clockTime,
  to: clockTime.describe('One that is not after `from` is meant on the next day.'),
})

const freeze = z.strictObject({
  name: z.string().min(1),
  from: wallTime,
  to: wallTime,
  reason: z.string().min(1).describe('Why; whoever is turned away reads it.'),
})

const stage = z.strictObject({
  id: identifier,
  name: z.string().min(1),
  environment: identifier.describe('Id of the environment that the stage deploys into.'),
  gates: list(gate).default([]).describe('Gates of the stage; those that the tier demands as well are added, never removed.'),
  changeWindows: list(changeWindow)
    .optional()
    .describe('When the stage takes promotions, by wall clocks in the zone `timeZone`. Default: always.'),
  freezes: list(freeze).optional().describe('When it takes none, whatever its windows say.'),
})

const pipeline = z.strictObject({
  id: identifier,
  name: z.string().min(1),
  source: identifier.describe('Id of the development environment that solutions are exported from.'),
  stages: list(stage).describe('In order of promotion.'),
})

const groupId = z
  .guid({ error: 'Write the object id of an Entra security group, for example 7e2f3780-6a51-4c11-8c62-000d3a1f529f.' })
  .toLowerCase()
  .describe('Object id of an Entra security group; never that of a person.')

const stageAccess = z.strictObject({
  teams: list(
    z.strictObject({
      name: z.string().min(1).max(160).describe('Name that the team gets in Dataverse when it is made.'),
      groupId,
      roles: list(z.string().min(1)).default([]).describe('Names of security roles, or ids where two have the same name.'),
      columnSecurityProfiles: list(z.string().min(1)).optional(),
      onlyThese: z
        .boolean()
        .optional()
        .describe('true: whatever else the team holds is taken from it. Default: it stays, and is named in the plan.'),
    }),
  ).default([]),
  apps: list(
    z.strictObject({
      app: z.string().min(1).describe('Display name of a canvas app, or its name in the solution.'),
      groupId,
      role: z.enum(['CanView', 'CanEdit']).default('CanView'),
    }),
  ).default([]),
  flows: list(
    z.strictObject({
      flow: z.string().min(1).describe('Id or name.'),
      team: z.string().min(1).describe('Name of one of the teams above.'),
    }),
  ).default([]),
})

const stageSettings = z.strictObject({
  environmentVariables: z
    .record(z.string(), settingValue)
    .default({})
    .describe(
      'Schema name → value: a text, or where a secret is, for example `contoso_ApiKey: { secret: { environment: CONTOSO_API_KEY } }` or `{ secret: { file: secrets/api-key } }`.',
    ),
  connectionReferences: z
    .record(z.string(), z.string())
    .default({})
    .describe('Logical name of the reference → name of the connection in the target.'),
  flows: z
    .record(z.string(), z.enum(['on', 'off']))
    .default({})
    .describe('Flow id or name → state; overrides the state in the package.'),
  access: stageAccess
    .optional()
    .describe('Who may use what the release brings: groups only, shown in the plan and approved with it. Default: nothing is granted.'),
})

const solution = z.strictObject({
  uniqueName: z.string().regex(/^\w{1,100}$/, 'A unique name is made of letters, digits and underscores.'),
  owner: identifier.describe('Id of the accountable person.'),
  backupOwner: identifier.optional().describe('Id of the person who stands in for the owner; advised from tier 2 on. Default: nobody.'),
  tier: z
    .union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)], { error: 'A tier is 1, 2, 3 or 4.' })
    .describe('BOLT tier: 1 personal to 4 enterprise.'),
  pipeline: identifier,
  versioning: z
    .enum(['raise', 'keep'])
    .default(configurationDefaults.versioning)
    .describe('raise: Drover raises the revision in Dev before each export; keep: the maker does.'),
  settings: z.record(z.string(), stageSettings).default({}).describe('Stage id → values of that stage.'),
  configurationData: z
    .string()
    .regex(
      /^(?!solutions(\/|$))(?!.*(^|\/)\.{1,2}(\/|$))[\w.-]+(\/[\w.-]+)*$/,
      'Write a folder such as data/permits; solutions/ is where unpacked sources go.',
    )
    .optional()
    .describe(
      'Folder of the source repository with the rows that the solution needs: data_schema.xml, data.xml and drover_data.json, as `drover data export` writes them. Default: it needs none.',
    ),
  monitoring: z
    .strictObject({
      url: z.url({ protocol: /^https?$/ }).describe('Where it is watched: a dashboard or a workbook.'),
      contact: z.string().min(1).max(200).describe('Whom an alarm reaches: a person, a team or an address.'),
    })
    .optional()
    .describe('How it is watched once people work with it; from Tier 3 nothing goes into a pet without it. Default: nobody said.'),
})

const hostAddress = z
  .url({ protocol: /^https?$/ })
  .refine((text) => URL.canParse(text) && new URL(text).username === '', 'A user name does not belong in an address.')

const sourceHost = z.strictObject({
  kind: z.enum(['github', 'azure-devops']),
  site: hostAddress.describe('What the addresses of its pull requests begin with, such as https://github.com or https://dev.azure.com.'),
  api: hostAddress
    .optional()
    .describe(
      'What its REST API begins with. Default: https://api.github.com for https://github.com, <site>/api/v3 for another GitHub, and <site> for Azure DevOps.',
    ),
  token: secretReference
    .optional()
    .describe(
      'Where a token is that may read pull requests, and open them where it keeps the source repository. Default: only what it shows to everybody.',
    ),
})

const channelBase = {
  id: identifier.describe('What the channel is listed by; with another id it is another channel, which hears of what comes from then on.'),
  // An object of a known type has these keys and no others.
  about: list(z.enum(Object.keys(noticeTopics) as [NoticeTopic, ...NoticeTopic[]]))
    .optional()
    .describe(
      `Of what it hears. ${Object.entries(noticeTopics)
        .map(([topic, words]) => `${topic}: ${words}`)
        .join('; ')}. Default: of all of it.`,
    ),
  for: z
    .strictObject({
      people: list(z.string()).optional(),
      groups: list(z.string()).optional(),
      roles: list(z.enum(roles)).optional().describe('Of those whom it concerns.'),
      gates: list(z.enum(peopleGates)).optional(),
      environments: list(z.string()).optional(),
      solutions: list(z.string()).optional(),
    })
    .optional()
    .describe('Whom it is for: it hears of what concerns one of each kind that is named. Default: everybody.'),
}

const channel = z.discriminatedUnion('kind', [
  z.strictObject({
    ...channelBase,
    kind: z.literal('webhook').describe('Data by POST, signed with HMAC-SHA256 as Standard Webhooks asks.'),
    url: z
      .url({ protocol: /^https?$/ })
      .refine((text) => URL.canParse(text) && new URL(text).username === '', 'A user name does not belong in an address.'),
    secret: secretReference.describe('Where the secret is that messages are signed with.'),
  }),
  z.strictObject({
    ...channelBase,
    kind: z.enum(['teams', 'slack']).describe('A message for the incoming webhook of a channel there.'),
    address: secretReference.describe('Where the address of the incoming webhook is: whoever has it can write there.'),
  }),
])

const notifications = z.strictObject({
  page: address
    .optional()
    .describe('Where people reach the page, for links. Default: `address` of `signIn`; without either there are no links.'),
  channels: list(channel),
})

/**
 * Its values are read against the shipped policy, whose shape it has ({@link readPolicyChanges}); the JSON Schema is made from that shape,
 * not before a file is read or the schema is shown: every command loads this.
 */
const policy = z.lazy(() => z.record(z.string(), z.unknown()).meta(policyJsonSchema(shippedPolicy)))

const signIn = z.strictObject({
  issuer: address.describe('Address of the OpenID Connect issuer, for example https://login.microsoftonline.com/<tenant>/v2.0.'),
  clientId: z
    .string()
    .min(1)
    .describe('Id that Drover is registered under there; its redirect address is <address>/api/v1/sign-in/callback.'),
  clientSecret: secretReference.optional().describe('Where the secret of the registration is. Default: a public client.'),
  claim: z
    .string()
    .min(1)
    .refine(
      (name) => name !== 'email',
      'An e-mail address can be given to somebody else; name a claim that never changes, such as oid or sub.',
    )
    .default('sub')
    .describe('Claim of the ID token that the `subject` of a person names, for example oid at Entra.'),
  scopes: z.string().min(1).default('openid').describe('Scopes that are asked for; openid is needed.'),
  address: address.optional().describe('Where people reach Drover. Default: where their request came to.'),
})

/** drover.yaml, as it is written: a proposal that `drover config apply` makes a ledgered version of. */
export const configurationFileSchema = z
  .strictObject({
    tenant: z.string().min(1).describe('Entra tenant id, or any stable name for a local rehearsal.'),
    timeZone: z
      .string()
      .refine(isTimeZone, 'Not an IANA time zone; write one such as Europe/Zurich.')
      .describe('IANA zone in which windows and freezes are meant.'),
    sourceRepository: z
      .string()
      .min(1)
      .refine(
        (text) => !/^[a-z+]+:\/\/[^/@]*:[^/@]*@/i.test(text),
        'A password does not belong in an address; let git ask its credential helper.',
      )
      .default(configurationDefaults.sourceRepository)
      .describe('Local path (inside the workspace when relative) or URL of the Git repository that receives unpacked sources.'),
    people: list(person),
    groups: list(group).optional().describe('People who are named together.'),
    grants: list(grant).optional().describe('Roles that hold for some environments, pipelines or solutions only. Default: none.'),
    environments: list(environment),
    pipelines: list(pipeline),
    solutions: list(solution),
    policy: policy.optional(),
    signIn: signIn.optional().describe('Where people sign in. Default: nowhere; they act with tokens.'),
    sourceHosts: list(sourceHost)
      .optional()
      .describe(
        'Hosts of source code: merged pull requests of theirs are evidence of a review, and where one keeps the source repository, changes of production are proposed by pull requests there. Default: none.',
      ),
    notifications: notifications.optional().describe('Who hears of what outside of Drover. Default: nobody.'),
    archive: archive.optional().describe('Where evidence goes that is older than policy has it kept here. Default: nowhere.'),
    anchors: list(anchor).optional().describe('Places outside that keep signed heads of the ledger, and get nothing else.'),
  })
  .meta({ id: 'ConfigurationFile', title: 'drover.yaml' })

export type ConfigurationFile = z.output<typeof configurationFileSchema>

function isTimeZone(text: string): boolean {
  // Intl also takes fixed offsets such as +01:00; they know no daylight saving, so windows would be wrong half of the year.
  if (!/^[A-Za-z]/.test(text)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: text })
    return true
  } catch {
    return false
  }
}

function addressProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return 'Not an address; write one such as https://contoso.crm4.dynamics.com.'
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'An address begins with https:// (or http:// on this machine).'
  if (url.username !== '' || url.password !== '') return 'A name or password does not belong in an address.'
  return undefined
}

/** Never repeats what was written: it may be the secret. */
function secretProblem(issue: { readonly input?: unknown }): string {
  return typeof issue.input === 'string' || typeof issue.input === 'number'
    ? 'A secret does not belong in this file; write { environment: NAME_OF_A_VARIABLE } or { file: path }.'
    : 'Write either { environment: NAME_OF_A_VARIABLE } or { file: path }, and nothing else.'
}
