import { giveKind, readEnvironmentKind } from '../admin-plane/environment-record.ts'
import { listVariableSights } from '../kinds/runtime-values.ts'
import type { EnvironmentStore } from '../store/store.ts'
import type { ControlApi, ControlReply, ControlRequest } from './control-request.ts'
import { done, notFound, optionalText, readBody, text } from './control-request.ts'
import { makePhantomRows, makePendingWork } from './other-people.ts'
import { addUser, assume, setConnection, setFlowState } from './scene.ts'
import { occupyPlace, setSwitch } from './switches.ts'

/** Largest snapshot that is taken over HTTP, in bytes. */
const largestSnapshot = 2 ** 31 - 1

/** `/_emulator/environments…`: whole environments, and the scene in one. */
export async function answerEnvironments(api: ControlApi, request: ControlRequest): Promise<ControlReply | undefined> {
  const [, name, ...rest] = request.segments
  if (name === undefined) return answerAll(api, request)
  const whole = await answerWhole(api, request, name)
  if (whole !== undefined) return whole
  if (!api.store.has(name)) throw notFound(`There is no local environment '${name}'.`)
  return answerScene({ api, env: api.store.environment(name) }, request, rest)
}

async function answerAll(api: ControlApi, request: ControlRequest): Promise<ControlReply | undefined> {
  if (request.method === 'GET') return { status: 200, body: { environments: api.store.environments() } }
  if (request.method !== 'POST') return undefined
  const body = await readBody(request)
  const name = text(body, 'name')
  const kind = readEnvironmentKind(optionalText(body, 'kind') ?? 'Sandbox')
  await api.environments.create(name, optionalText(body, 'template'))
  await api.store.tenant().write((tx) => giveKind(tx, name, kind))
  return { status: 201, body: { name } }
}

async function answerWhole(api: ControlApi, request: ControlRequest, name: string): Promise<ControlReply | undefined> {
  const route = `${request.method} ${request.segments.slice(2).join('/')}`
  if (route === 'PUT snapshot') {
    await api.environments.restore(name, await request.readBytes(largestSnapshot))
    return done
  }
  if (!['DELETE ', 'POST reset', 'GET snapshot'].includes(route)) return undefined
  if (!api.store.has(name)) throw notFound(`There is no local environment '${name}'.`)
  if (route === 'GET snapshot') return { status: 200, body: await api.environments.snapshot(name) }
  await (route === 'POST reset' ? api.environments.reset(name) : api.environments.remove(name))
  return done
}

async function answerScene(
  { api, env }: { readonly api: ControlApi; readonly env: EnvironmentStore },
  request: ControlRequest,
  [kind = '', id, detail]: readonly string[],
): Promise<ControlReply | undefined> {
  const body = request.method === 'GET' ? {} : await readBody(request)
  switch (`${request.method} ${[kind, id === undefined ? '' : '{id}', detail].filter(Boolean).join('/')}`) {
    case 'POST solutions':
      await api.mountSolution(env, { uniqueName: text(body, 'uniqueName'), version: text(body, 'version') })
      return done
    case 'POST assumptions':
      await assume(env, body)
      return done
    case 'PUT connections/{id}':
      await setConnection(api, env, { id: id ?? '', body })
      return done
    case 'POST users':
      return { status: 201, body: { systemuserid: await addUser(api, env, body) } }
    case 'POST flows/{id}/state':
      await setFlowState(api, env, { id: id ?? '', body })
      return done
    case 'GET variables':
      return { status: 200, body: { variables: env.read((tx) => listVariableSights(tx, api.clock)) } }
    case 'PUT switches/{id}':
      await setSwitch(env, { name: id ?? '', body })
      return done
    case 'POST writer':
      await occupyPlace(api, env, body)
      return done
    case 'POST pending-work':
      await makePendingWork(api, env, body)
      return done
    case 'POST phantom-rows':
      return { status: 200, body: { components: await makePhantomRows(api, env, body) } }
    default:
      return undefined
  }
}
