import type { FastifyReply, FastifyRequest } from 'fastify'
import { signInPaths } from '#contract'

/** Whether a browser asks for a page, and not a program for data. */
export function wantsPage(request: FastifyRequest): boolean {
  return request.headers.accept?.includes('text/html') ?? false
}

/** A sign-in that came to nothing, as a page: without scripts, and with the way to begin again. */
export function sendFailedSignIn(
  reply: FastifyReply,
  { status, message, hint }: { readonly status: number; readonly message: string; readonly hint: string },
): FastifyReply {
  const again = `<p><a href="${signInPaths.start}">Sign in again</a> · <a href="/">To the page of Drover</a></p>`
  const body = `<main><h1>You are not signed in</h1><p>${escape(message)}</p><p>${escape(hint)}</p>${again}</main>`
  return reply
    .code(status)
    .header('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
    .type('text/html; charset=utf-8')
    .send(
      `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Not signed in – Drover</title></head><body>${body}</body></html>\n`,
    )
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
