import type { FastifyInstance, FastifySchema } from 'fastify'
import { z } from 'zod'
import type { Route, RouteName, Routes } from '#contract'
import { problemSchema, routes } from '#contract'
import type { PersonId, Result } from '#domain/kernel'
import type { Access } from '#domain/people'
import { answerRefusal } from './problems.ts'

/** Routes that answer with something else than JSON register themselves. */
type JsonRouteName = { [N in RouteName]: Routes[N]['reply'] extends z.ZodType ? N : never }[RouteName]

type SchemaOutput<T> = T extends z.ZodType ? z.output<T> : unknown
type Part<R, Key extends 'params' | 'query' | 'body'> = R extends Readonly<Record<Key, infer Schema>> ? SchemaOutput<Schema> : unknown

/** One validated call: parameters, query and body in one object, and who calls. */
export interface Call<N extends RouteName> {
  readonly input: Part<Routes[N], 'params'> & Part<Routes[N], 'query'> & Part<Routes[N], 'body'>
  readonly actor: PersonId
  readonly access: Access
}

export type Handlers = { readonly [N in JsonRouteName]: (call: Call<N>) => Promise<Result<SchemaOutput<Routes[N]['reply']>>> }

/** Registers every JSON route of the table with its handler. */
export function registerRoutes(app: FastifyInstance, handlers: Handlers): void {
  for (const [name, handler] of Object.entries(handlers) as [JsonRouteName, AnyHandler][]) {
    const route: Route = routes[name]
    app.route({
      method: route.method,
      url: route.path,
      ...(route.bodyLimit === undefined ? {} : { bodyLimit: route.bodyLimit }),
      schema: routeSchema(name, route),
      handler: async (request, reply) => {
        const result = await handler({
          input: { ...asObject(request.body), ...asObject(request.query), ...asObject(request.params) },
          actor: request.access.personId,
          access: request.access,
        })
        return result.ok ? reply.code(route.status).send(result.value) : answerRefusal(reply, result.refusal)
      },
    })
  }
}

/** The same handlers with their types forgotten: the table's schemas have checked the input. */
type AnyHandler = (call: { readonly input: object; readonly actor: PersonId; readonly access: Access }) => Promise<Result<unknown>>

/** What Fastify validates, serialises and documents a route by. */
export function routeSchema(name: RouteName, route: Route): FastifySchema {
  return {
    operationId: name,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    ...(route.params === undefined ? {} : { params: route.params }),
    ...(route.query === undefined ? {} : { querystring: route.query }),
    ...(route.body === undefined ? {} : { body: route.body }),
    response: { [route.status]: replySchema(route), default: problemSchema.describe('The call was refused, or something broke.') },
  }
}

function replySchema(route: Route): unknown {
  if (route.reply === 'bytes') return { description: 'The file.', content: { 'application/zip': { schema: z.any() } } }
  if (route.reply === 'events')
    return { description: 'A stream that does not end.', content: { 'text/event-stream': { schema: z.string() } } }
  return { description: `${route.summary}.`, content: { 'application/json': { schema: route.reply } } }
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {}
}
