import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { DroverError } from '#domain/kernel'
import { answerUnknownRoute } from './problems.ts'

/** Fluent UI puts its styles into style elements at run time; scripts come from our own files only. */
const contentSecurityPolicy = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

/** Serves the built web app; addresses of its pages answer with index.html, since the app routes them itself. */
export function serveWebApp(app: FastifyInstance, webRoot: string): void {
  if (!existsSync(join(webRoot, 'index.html'))) {
    throw new DroverError('web.not-built', `The folder ${webRoot} holds no built web app.`, { hint: 'Run `npm run build`.' })
  }
  app.register(fastifyStatic, {
    root: webRoot,
    setHeaders: (response, path) => {
      response.setHeader('content-security-policy', contentSecurityPolicy)
      // Vite puts a hash of the content into the names under assets/.
      response.setHeader('cache-control', /[\\/]assets[\\/]/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  app.setNotFoundHandler((request, reply) => {
    const isPage =
      (request.method === 'GET' || request.method === 'HEAD') && !request.url.startsWith('/api/') && acceptsHtml(request.headers.accept)
    return isPage ? reply.sendFile('index.html') : answerUnknownRoute(request, reply)
  })
}

function acceptsHtml(accept: string | undefined): boolean {
  return accept === undefined || accept.includes('text/html')
}
