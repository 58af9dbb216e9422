import swagger from '@fastify/swagger'
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { apiBase } from '#contract'
import { shippedPolicy } from '#domain/policy'
import type { Engine } from '#engine'
import type { Log, OpenIdProvider } from '#engine/ports'
import { requireAccess } from './authentication.ts'
import { createCallLimit } from './call-limit.ts'
import { createEventHub } from './event-hub.ts'
import { openApiOptions } from './openapi.ts'
import { answerError, answerUnknownRoute } from './problems.ts'
import { registerRoutes } from './register-routes.ts'
import { accessRoutes } from './routes/access.ts'
import { artifactRoute } from './routes/artifact.ts'
import { boardRoutes } from './routes/board.ts'
import { cattleRoutes } from './routes/cattle.ts'
import { careRoutes } from './routes/care.ts'
import { configurationDataRoutes } from './routes/configuration-data.ts'
import { configurationRoutes } from './routes/configuration.ts'
import { environmentRoutes } from './routes/environments.ts'
import { evidencePackRoute, evidenceRoutes } from './routes/evidence.ts'
import { eventsRoute } from './routes/events.ts'
import { ledgerRoutes } from './routes/ledger.ts'
import { dataRoutes } from './routes/data.ts'
import { driftRoutes } from './routes/drift.ts'
import { gateRoutes } from './routes/gates.ts'
import { governanceRoutes } from './routes/governance.ts'
import { hotfixRoutes } from './routes/hotfixes.ts'
import { trainRoutes } from './routes/trains.ts'
import { waiverRoutes } from './routes/waivers.ts'
import { observationRoutes } from './routes/observation.ts'
import { notificationRoutes } from './routes/notifications.ts'
import { peopleRoutes } from './routes/people.ts'
import { planRoutes } from './routes/plans.ts'
import { policyRoutes } from './routes/policy.ts'
import { promotionRoutes } from './routes/promotions.ts'
import { readinessRoutes } from './routes/readiness.ts'
import { recoveryRoutes } from './routes/recoveries.ts'
import { sandboxRoutes } from './routes/sandboxes.ts'
import { rescueRoutes } from './routes/rescues.ts'
import { releaseRoutes } from './routes/releases.ts'
import { signInRoutes } from './routes/sign-in.ts'
import { serveWebApp } from './static-files.ts'

export interface ServerOptions {
  readonly engine: Engine
  /** Folder of the built web app; without it only the API is served. */
  readonly webRoot?: string
  /** Without it nobody signs in at an issuer; tokens work. */
  readonly openId?: OpenIdProvider
  readonly log: Log
  /** Request log; off by default. */
  readonly logger?: FastifyBaseLogger
  /** Milliseconds between signs of life on an event stream; also how often its token is checked again. Default 15000. */
  readonly heartbeatMs?: number
}

/** Largest request body in bytes: a drover.yaml of the largest size, as JSON. */
const bodyLimit = 2_000_000
const { signIn } = shippedPolicy

/** The HTTP door. Not listening yet; `close()` also ends every event stream. */
export function createServer(options: ServerOptions): FastifyInstance {
  const app = Fastify({
    ...(options.logger === undefined ? {} : { loggerInstance: options.logger }),
    bodyLimit,
    requestTimeout: 30_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 250 },
  })
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler((error, request, reply) => answerError({ error, request, reply, log: options.log }))
  app.addHook('onSend', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff').header('referrer-policy', 'no-referrer')
  })
  app.get('/health', { schema: { hide: true } }, async () => ({ status: 'ok' }))
  app.register(swagger, openApiOptions())
  app.register(async (api) => registerApi(api, options))
  if (options.webRoot === undefined) app.setNotFoundHandler(answerUnknownRoute)
  else serveWebApp(app, options.webRoot)
  return app
}

async function registerApi(api: FastifyInstance, options: ServerOptions): Promise<void> {
  const { engine, log } = options
  const hub = createEventHub(engine, log)
  const starts = createCallLimit({ perMinute: signIn.startsPerMinute.value, what: 'sign-ins begun' })
  const failures = createCallLimit({ perMinute: signIn.failuresPerMinute.value, what: 'calls with a token that does not hold' })
  api.addHook('preClose', () => hub.close())
  api.addHook('onSend', async (_request, reply) => void reply.header('cache-control', 'no-store'))
  api.get(`${apiBase}/openapi.json`, { schema: { hide: true } }, async (_request, reply) =>
    reply.type('application/json').send(JSON.stringify(api.swagger())),
  )
  if (options.openId !== undefined) signInRoutes(api, { engine, openId: options.openId, starts })
  api.register(async (closed) => {
    requireAccess(closed, engine, failures)
    registerRoutes(closed, {
      ...notificationRoutes(engine),
      ...peopleRoutes(engine),
      ...accessRoutes(engine),
      ...configurationRoutes(engine),
      ...releaseRoutes(engine),
      ...planRoutes(engine),
      ...policyRoutes(engine),
      ...promotionRoutes(engine),
      ...gateRoutes(engine),
      ...hotfixRoutes(engine),
      ...governanceRoutes(engine),
      ...trainRoutes(engine),
      ...waiverRoutes(engine),
      ...boardRoutes(engine),
      ...environmentRoutes(engine),
      ...cattleRoutes(engine),
      ...careRoutes(engine),
      ...readinessRoutes(engine),
      ...configurationDataRoutes(engine),
      ...recoveryRoutes(engine),
      ...sandboxRoutes(engine),
      ...rescueRoutes(engine),
      ...observationRoutes(engine),
      ...driftRoutes(engine),
      ...dataRoutes(engine),
      ...ledgerRoutes(engine),
      ...evidenceRoutes(engine),
    })
    artifactRoute(closed, engine)
    evidencePackRoute(closed, engine)
    eventsRoute(closed, { hub, engine, log, verifyToken: (token) => engine.verifyToken(token), heartbeatMs: options.heartbeatMs ?? 15_000 })
  })
}
