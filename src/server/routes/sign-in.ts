import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { DeviceAnswer, DeviceSignInReply, SignInState } from '#contract'
import { signInPaths } from '#contract'
import { DroverError } from '#domain/kernel'
import type { SignInSettings } from '#domain/pipeline'
import type { Engine } from '#engine'
import type { OpenIdProvider, PendingSignIn } from '#engine/ports'
import { sendFailedSignIn, wantsPage } from '../failed-sign-in.ts'
import { answerRefusal, errorStatus, refusalStatus } from '../problems.ts'
import type { CallLimit } from '../call-limit.ts'
import { createPendings } from '../pendings.ts'
import { openSession, readCookie, sessionToken } from '../session-cookie.ts'

interface SignInOptions {
  readonly engine: Pick<Engine, 'loadSignIn' | 'openSession' | 'verifyToken' | 'showPolicy'>
  readonly openId: OpenIdProvider
  /** Of sign-ins that one address begins. */
  readonly starts: CallLimit
}

const pendingCookie = 'drover_sign_in'
/** Bearer of nothing: it only says which of the sign-ins that were begun is this browser's. */
const handlePath = `${signInPaths.device}/:handle`

/** Signing in, for whoever is not signed in yet. What was begun is known to this process alone, once, and for a few minutes. */
export function signInRoutes(app: FastifyInstance, options: SignInOptions): void {
  const { engine, openId, starts } = options
  const pendings = createPendings<PendingSignIn & { readonly issuer: string }>()
  const devices = createPendings<{ readonly deviceCode: string; readonly issuer: string }>()
  const hidden = { schema: { hide: true } }

  app.get(signInPaths.state, hidden, async (request): Promise<SignInState> => {
    const token = sessionToken(request)
    const isSignedIn =
      token !== undefined &&
      (await engine.verifyToken(token).then(
        () => true,
        () => false,
      ))
    return { isOffered: (await engine.loadSignIn()) !== undefined, isSignedIn }
  })

  app.get(signInPaths.start, hidden, async (request, reply) => {
    starts.take(request.ip)
    const settings = await requireSettings(engine)
    const address = addressOf(settings, request)
    const { url, pending } = await openId.begin(settings, `${address}${signInPaths.callback}`)
    const id = randomUUID()
    const pendingMs = await loadPendingMs(engine)
    pendings.put(id, { ...pending, issuer: settings.issuer }, pendingMs)
    // Lax: the browser comes back from the issuer's page, which is another site.
    const rest = `Path=${signInPaths.state}; HttpOnly; SameSite=Lax; Max-Age=${pendingMs / 1000}${isSecure(address) ? '; Secure' : ''}`
    return reply.header('set-cookie', `${pendingCookie}=${id}; ${rest}`).redirect(url)
  })

  app.get(signInPaths.callback, hidden, async (request, reply) => {
    reply.header('set-cookie', `${pendingCookie}=; Path=${signInPaths.state}; HttpOnly; Max-Age=0`)
    try {
      return await finish(request, reply)
    } catch (error) {
      // A browser comes here by itself: its person is told in words, and programs as by every route.
      if (!(error instanceof DroverError) || !wantsPage(request)) throw error
      return sendFailedSignIn(reply, { status: errorStatus(error), message: error.message, hint: error.hint ?? '' })
    }
  })

  async function finish(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const settings = await requireSettings(engine)
    // Taken, not read: a sign-in ends once, however it ends.
    const pending = pendings.take(readCookie(request, pendingCookie) ?? '')
    if (pending === undefined || pending.issuer !== settings.issuer) throw notBegun()
    const query = request.url.includes('?') ? request.url.slice(request.url.indexOf('?')) : ''
    const subject = await openId.finish(settings, pending, `${pending.redirectUri}${query}`)
    const opened = await engine.openSession({ issuer: pending.issuer, subject })
    if (!opened.ok) {
      const { refusal } = opened
      return wantsPage(request)
        ? sendFailedSignIn(reply, { status: refusalStatus(refusal.code), ...refusal })
        : answerRefusal(reply, refusal)
    }
    const { token, expiresAt } = opened.value
    const lifeSeconds = Math.max(0, Math.floor((Date.parse(expiresAt) - Date.now()) / 1000))
    openSession(reply, { token, lifeSeconds, isSecure: isSecure(pending.redirectUri) })
    return reply.redirect('/')
  }

  app.post(signInPaths.device, hidden, async (request): Promise<DeviceSignInReply> => {
    starts.take(request.ip)
    const settings = await requireSettings(engine)
    const { deviceCode, ...told } = await openId.beginDevice(settings)
    const handle = randomUUID()
    devices.put(handle, { deviceCode, issuer: settings.issuer }, await loadPendingMs(engine))
    return { handle, ...told }
  })

  app.post<{ Params: { handle: string } }>(handlePath, hidden, async (request, reply): Promise<DeviceAnswer | FastifyReply> => {
    const settings = await requireSettings(engine)
    const { handle } = request.params
    const device = devices.take(handle)
    if (device === undefined || device.issuer !== settings.issuer) throw notBegun()
    const subject = await openId.pollDevice(settings, device.deviceCode)
    if (subject === undefined) {
      devices.put(handle, device, await loadPendingMs(engine))
      return { state: 'pending' }
    }
    const opened = await engine.openSession({ issuer: device.issuer, subject })
    return opened.ok ? { state: 'signed-in', ...opened.value } : answerRefusal(reply, opened.refusal)
  })
}

/** For how long a sign-in that was begun is waited for, by the policy in force. */
async function loadPendingMs(engine: SignInOptions['engine']): Promise<number> {
  const { policy } = await engine.showPolicy()
  return policy.signIn.pendingMinutes.value * 60_000
}

async function requireSettings(engine: Pick<Engine, 'loadSignIn'>): Promise<SignInSettings> {
  const settings = await engine.loadSignIn()
  if (settings !== undefined) return settings
  throw new DroverError('sign-in.absent', 'The configuration in force names no issuer at which people sign in.', {
    hint: 'Add signIn to drover.yaml and apply it, or use a token: `drover token issue --person <id>`.',
  })
}

/** Cookies go over TLS only where people come by TLS, which a proxy in front may end: that is what `address` says. */
function addressOf(settings: SignInSettings, request: FastifyRequest): string {
  return settings.address ?? `${request.protocol}://${request.host}`
}

function isSecure(address: string): boolean {
  return address.startsWith('https:')
}

function notBegun(): DroverError {
  return new DroverError('auth.sign-in-unknown', 'This sign-in was not begun here, has ended, or took too long.', {
    hint: 'Sign in again from the beginning.',
  })
}
