import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'

type TransformObject = NonNullable<FastifyDynamicSwaggerOptions['transformObject']>

/** How the OpenAPI 3.1 document is made from the routes. */
export function openApiOptions(): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Drover',
        version: '1',
        description: 'The governed path to production for Power Platform solutions. Every call acts as the person whom its token names.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      tags: ['people', 'configuration', 'releases', 'promotions', 'board', 'environments', 'ledger'].map((name) => ({ name })),
      components: {
        securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'A token that `drover token issue` made.' } },
      },
      security: [{ token: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: keepReferencedSchemas,
  }
}

/** Every named schema comes twice, as written and as read; the document keeps those that something refers to. */
function keepReferencedSchemas(...args: Parameters<TransformObject>): ReturnType<TransformObject> {
  const document = jsonSchemaTransformObject(...args)
  const schemas: Readonly<Record<string, object>> = { ...('components' in document ? document.components?.schemas : {}) }
  const kept = new Set<string>()
  const open = namesIn('paths' in document ? document.paths : {})
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (kept.has(name)) continue
    kept.add(name)
    open.push(...namesIn(schemas[name]))
  }
  const components = {
    ...('components' in document ? document.components : {}),
    schemas: Object.fromEntries(Object.entries(schemas).filter(([name]) => kept.has(name))),
  }
  // Only the list of schemas got shorter; the union of OpenAPI 2 and 3 documents cannot say so.
  return { ...document, components } as ReturnType<TransformObject>
}

function namesIn(part: unknown): string[] {
  return [...JSON.stringify(part ?? {}).matchAll(/#\/components\/schemas\/(\w+)/g)].map((match) => match[1] ?? '')
}
