import { z } from 'zod'
import { lockNames } from '../jobs/jobs.ts'

const pattern = z.string().min(1)
const seconds = z.number().positive()

const when = {
  id: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/)
    .optional()
    .describe('Name to list and remove it by; chosen when absent.'),
  environment: z.string().optional().describe('Strikes in this environment only; in all when absent.'),
  after: z.int().min(0).default(0).describe('How many occasions pass before the first that it may strike.'),
  count: z.int().min(1).optional().describe('How often it strikes at most; without end when absent.'),
  probability: z.number().min(0).max(1).default(1).describe('Share of its occasions on which it strikes, drawn from the seed.'),
}
const request = {
  ...when,
  method: z.enum(['GET', 'POST', 'PATCH', 'PUT', 'DELETE']).optional().describe('HTTP method; any when absent.'),
  path: pattern.optional().describe('What stands behind /api/data/v9.2/ up to the question mark; * stands for any text. Any when absent.'),
}
const message = pattern.optional().describe('Name of the message, for example ImportSolutionAsync; * stands for any text. Any when absent.')

const slowOperation = z
  .strictObject({
    kind: z.literal('slow-operation'),
    ...when,
    message,
    factor: z.number().positive().max(100_000).optional().describe('How many times longer a job takes.'),
    seconds: seconds.optional().describe('Or: how long it takes, in seconds of the service.'),
  })
  .refine((fault) => (fault.factor === undefined) !== (fault.seconds === undefined), { error: 'Say either factor or seconds.' })

const lock = z.strictObject({
  kind: z.literal('lock'),
  ...when,
  wanted: z.enum(lockNames).optional().describe('Strikes when this operation asks for the place of the one writer; any when absent.'),
  holder: z.enum(lockNames).default('Import').describe('Who has the place instead.'),
  seconds: seconds.describe('For how long, in seconds of the service.'),
  solution: z
    .string()
    .default('msdynce_AppCommon')
    .describe('Name that the solution history shows: servicing by the platform installs solutions of its own.'),
})

const throttle = z.strictObject({
  kind: z.literal('throttle'),
  ...request,
  limit: z
    .enum(['requests', 'execution-time', 'concurrent'])
    .default('requests')
    .describe('Which service protection limit is said to be hit.'),
  retryAfterSeconds: z.int().min(0).default(5).describe('Retry-After of the answer; 0 leaves the header out.'),
})

const serverError = z.strictObject({
  kind: z.literal('server-error'),
  ...request,
  status: z.union([z.literal(500), z.literal(502), z.literal(503), z.literal(504)]).default(503),
  code: z.string().default('0x80040216'),
  message: z.string().default('An unexpected error occurred.'),
})

const dropConnection = z.strictObject({
  kind: z.literal('drop-connection'),
  ...request,
  when: z
    .enum(['before', 'after'])
    .describe('before: nothing of the request is done; after: all of it is done and on disk, and the answer is never sent.'),
})

const missingJobRecord = z.strictObject({
  kind: z.literal('missing-job-record'),
  ...when,
  tables: z
    .array(z.enum(['asyncoperations', 'importjobs']))
    .min(1)
    .default(['asyncoperations', 'importjobs']),
  seconds: seconds.describe('How old a record must be to be found, in seconds of the service.'),
})

const componentFailure = z.strictObject({
  kind: z.literal('component-failure'),
  ...when,
  message,
  components: z
    .array(pattern)
    .min(1)
    .describe('Components as Kind:key, for example Workflow:*; * stands for any text. They fail inside an import that succeeds.'),
  code: z
    .string()
    .regex(/^0x[0-9A-Fa-f]{8}$/)
    .default('0x80040216'),
  text: z.string().default('An unexpected error occurred.'),
})

const expiringToken = z
  .strictObject({
    kind: z.literal('expiring-token'),
    ...when,
    lifeSeconds: z.int().min(1).optional().describe('Tokens are issued for this long, in seconds of this machine.'),
    rejectAfterSeconds: z
      .number()
      .min(0)
      .optional()
      .describe('Or: a token is refused when it is older than this, in seconds of this machine, whatever it says.'),
  })
  .refine((fault) => (fault.lifeSeconds === undefined) !== (fault.rejectAfterSeconds === undefined), {
    error: 'Say either lifeSeconds or rejectAfterSeconds.',
  })

const clockJump = z.strictObject({
  kind: z.literal('clock-jump'),
  ...request,
  count: z.int().min(1).default(1).describe('How often it strikes at most.'),
  seconds: z.number().describe('How far the clock of all environments moves on; back when negative. Seconds of this machine.'),
})

/** One thing that goes wrong, and on which occasions. */
export const faultSchema = z.discriminatedUnion('kind', [
  slowOperation,
  lock,
  throttle,
  serverError,
  dropConnection,
  missingJobRecord,
  componentFailure,
  expiringToken,
  clockJump,
])

/** The file of `drover emulator --faults`. */
export const faultsFileSchema = z.strictObject({
  seed: z.int().default(1).describe('Chance of all faults starts here: the same seed and requests, the same strikes.'),
  faults: z.array(faultSchema),
})

export type Fault = z.output<typeof faultSchema>
export type FaultKind = Fault['kind']
export type FaultOf<K extends FaultKind> = Extract<Fault, { readonly kind: K }>
export type FaultsFile = z.output<typeof faultsFileSchema>

/** What is published as docs/reference/emulator-faults.schema.json. */
export function faultsJsonSchema(): object {
  return { title: 'Faults of local Dataverse environments', ...z.toJSONSchema(faultsFileSchema, { io: 'input' }) }
}
