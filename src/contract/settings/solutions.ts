import { z } from 'zod'
import { list } from '../schema-parts.ts'
import { configurationDefaults } from './defaults.ts'
import { identifier, secretReference } from './parts.ts'

const settingValue = z.union(
  [z.string(), z.strictObject({ secret: secretReference.describe('Where the secret is; never the secret itself.') })],
  {
    error:
      'Write a text (in quotes when it looks like a number), or { secret: { environment: NAME_OF_A_VARIABLE } } or { secret: { file: path } }.',
  },
)

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

export const solution = z.strictObject({
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
