import { once } from 'node:events'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Notice } from '#contract'
import { routes } from '#contract'
import type { LedgerEvent } from '#domain/kernel'
import { DroverError, errorMessage } from '#domain/kernel'
import type { Engine } from '#engine'
import type { Log } from '#engine/ports'
import { callerToken, type VerifyToken } from '../authentication.ts'
import type { EventHub } from '../event-hub.ts'
import { routeSchema } from '../register-routes.ts'

interface EventsOptions {
  readonly hub: EventHub
  readonly engine: Engine
  readonly log: Log
  readonly verifyToken: VerifyToken
  readonly heartbeatMs: number
}

const pageSize = 200

/** The ledger as server-sent events: ids are ledger sequences, so a reader that comes back misses nothing and sees nothing twice. */
export function eventsRoute(app: FastifyInstance, options: EventsOptions): void {
  const route = routes.watchEvents
  app.get<{ Querystring: { after?: number } }>(route.path, { schema: routeSchema('watchEvents', route) }, async (request, reply) => {
    const stream = new LedgerStream(reply, options)
    const after = lastEventId(request) ?? request.query.after ?? (await options.hub.head())
    const unsubscribe = await options.hub.subscribe(() => stream.wake())
    const forget = options.hub.onClose(() => stream.end())
    const token = callerToken(request)
    reply.hijack()
    reply.raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      // Tells nginx and its kind not to hold events back.
      'x-accel-buffering': 'no',
    })
    request.raw.on('close', () => stream.end())
    const heartbeat = setInterval(() => void stream.beat(() => options.verifyToken(token)), options.heartbeatMs)
    try {
      await stream.run(after)
    } finally {
      clearInterval(heartbeat)
      unsubscribe()
      forget()
      reply.raw.end()
    }
  })
}

/** One reader's stream: a cursor of its own, written no faster than the reader takes it. */
class LedgerStream {
  readonly #reply: FastifyReply
  readonly #options: EventsOptions
  #isEnded = false
  #isAwake = true
  #onWake: (() => void) | undefined

  constructor(reply: FastifyReply, options: EventsOptions) {
    this.#reply = reply
    this.#options = options
  }

  wake(): void {
    this.#isAwake = true
    this.#onWake?.()
  }

  end(): void {
    this.#isEnded = true
    this.#onWake?.()
  }

  /** A sign of life; also looks again, in case a notification was lost, and ends the stream when its token is no longer accepted. */
  async beat(checkToken: () => Promise<unknown>): Promise<void> {
    try {
      await checkToken()
    } catch {
      this.end()
      return
    }
    if (!this.#isEnded) this.#reply.raw.write(': still here\n\n')
    this.wake()
  }

  async run(after: number): Promise<void> {
    let cursor = after
    await this.#write(`retry: 2000\n: from ${cursor}\n\n`)
    try {
      while (!this.#isEnded) {
        this.#isAwake = false
        cursor = await this.#sendFrom(cursor)
        await this.#sleep()
      }
    } catch (error) {
      // The headers are out: the reader sees the stream end and comes back with its last id.
      this.#options.log.error('An event stream broke.', { error: errorMessage(error), after: cursor })
    }
  }

  async #sendFrom(after: number): Promise<number> {
    let cursor = after
    for (;;) {
      const events = await this.#options.engine.readEvents(cursor, pageSize)
      for (const event of events) {
        if (this.#isEnded) return cursor
        await this.#write(format(event))
        cursor = event.sequence
      }
      if (events.length < pageSize) return cursor
    }
  }

  async #write(text: string): Promise<void> {
    const raw = this.#reply.raw
    if (raw.destroyed || raw.write(text)) return
    const closed = new AbortController()
    // Whichever comes first: the reader took what was waiting, or it went away.
    await Promise.race([once(raw, 'drain', { signal: closed.signal }), once(raw, 'close', { signal: closed.signal })]).finally(() =>
      closed.abort(),
    )
  }

  async #sleep(): Promise<void> {
    if (this.#isAwake || this.#isEnded) return
    await new Promise<void>((resolve) => {
      this.#onWake = resolve
    })
    this.#onWake = undefined
  }
}

function format(event: LedgerEvent): string {
  const notice: Notice = { sequence: event.sequence, stream: event.stream, type: event.type, at: event.at, actor: event.actor }
  return `id: ${event.sequence}\nevent: ledger\ndata: ${JSON.stringify(notice)}\n\n`
}

function lastEventId(request: FastifyRequest): number | undefined {
  const given = request.headers['last-event-id']
  if (given === undefined || given === '') return undefined
  if (typeof given === 'string' && /^\d{1,15}$/.test(given)) return Number(given)
  throw new DroverError('request.invalid', 'Last-Event-ID is not a ledger sequence.', {
    hint: 'Send the id of the last event that you received.',
  })
}
