import { DroverError } from '#domain/kernel'
import type { Notice } from './replies/ledger.ts'
import { noticeSchema } from './replies/ledger.ts'

export type EventNotice = Notice

/** Reads a body of server-sent events (WHATWG HTML, section 9.2) and yields what each `ledger` event carries. */
export async function* readEventStream(body: ReadableStream<Uint8Array>): AsyncIterable<EventNotice> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let buffered = ''
  try {
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return
      buffered += decoder.decode(value, { stream: true }).replaceAll('\r', '')
      const blocks = buffered.split('\n\n')
      buffered = blocks.pop() ?? ''
      for (const block of blocks) {
        const notice = readBlock(block)
        if (notice !== undefined) yield notice
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

function readBlock(block: string): EventNotice | undefined {
  const lines = block.split('\n').filter((line) => line !== '' && !line.startsWith(':'))
  const data = lines.filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trimStart())
  if (data.length === 0 || !lines.includes('event: ledger')) return undefined
  const parsed = noticeSchema.safeParse(parseJson(data.join('\n')))
  if (parsed.success) return parsed.data
  throw new DroverError('api.unexpected-reply', 'The server sent an event that this version does not know.', {
    hint: 'Use the same version of drover on both sides.',
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
