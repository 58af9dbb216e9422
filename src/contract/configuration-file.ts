import { z } from 'zod'
import { policyJsonSchema, shippedPolicy } from '#domain/policy'
import { list } from './schema-parts.ts'
import { configurationDefaults } from './settings/defaults.ts'
import { environment } from './settings/environments.ts'
import { anchor, archive } from './settings/evidence.ts'
import { notifications } from './settings/notifications.ts'
import { grant, group, person } from './settings/people.ts'
import { pipeline } from './settings/pipelines.ts'
import { signIn } from './settings/sign-in.ts'
import { solution } from './settings/solutions.ts'
import { sourceHost } from './settings/source-hosts.ts'

/**
 * Its values are read against the shipped policy, whose shape it has ({@link readPolicyChanges}); the JSON Schema is made from that shape,
 * not before a file is read or the schema is shown: every command loads this.
 */
const policy = z.lazy(() => z.record(z.string(), z.unknown()).meta(policyJsonSchema(shippedPolicy)))

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
