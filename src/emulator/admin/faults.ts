import type { Fault } from '../faults/fault.ts'
import { faultSchema } from '../faults/fault.ts'
import type { ControlApi, ControlReply, ControlRequest } from './control-request.ts'
import { badRequest, done, notFound, readBody } from './control-request.ts'

/** `GET|POST|DELETE /_emulator/faults`, `DELETE /_emulator/faults/{id}`. A body is one fault, or `{faults: […]}`. */
export async function answerFaults(api: ControlApi, request: ControlRequest): Promise<ControlReply | undefined> {
  const [, id, ...rest] = request.segments
  if (rest.length > 0) return undefined
  switch (`${request.method}${id === undefined ? '' : ' {id}'}`) {
    case 'GET':
      return { status: 200, body: { faults: api.faults.list().map(({ fault, ...listed }) => ({ ...fault, ...listed })) } }
    case 'POST':
      return { status: 201, body: { ids: api.faults.add(faultsOf(await readBody(request))) } }
    case 'DELETE':
      api.faults.clear()
      return done
    case 'DELETE {id}':
      if (!api.faults.remove(id ?? '')) throw notFound(`There is no fault '${id ?? ''}'.`)
      return done
    default:
      return undefined
  }
}

function faultsOf(body: Readonly<Record<string, unknown>>): readonly Fault[] {
  const given: readonly unknown[] = Array.isArray(body['faults']) ? body['faults'] : [body]
  return given.map((each) => {
    const parsed = faultSchema.safeParse(each)
    if (parsed.success) return parsed.data
    const problems = parsed.error.issues.map((issue) => `${issue.path.length === 0 ? '' : `${issue.path.join('.')}: `}${issue.message}`)
    throw badRequest(`This is no fault: ${problems.join('; ')}`)
  })
}
