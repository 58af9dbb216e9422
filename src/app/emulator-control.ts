import { DroverError, errorMessage } from '#domain/kernel'

/** Requests to the control address of a running emulator. Throws the code and text of what it refuses. */
export interface EmulatorControl {
  /** An object is sent as JSON, bytes as they are. */
  send(method: string, path: string, body?: object): Promise<Response>
}

export function createEmulatorControl(url: string, secret: string): EmulatorControl {
  return {
    async send(method, path, body) {
      const isFile = body instanceof Uint8Array
      const headers = { authorization: `Bearer ${secret}`, 'content-type': isFile ? 'application/octet-stream' : 'application/json' }
      // fetch takes bytes of a plain buffer only, which Node's are.
      const content = isFile ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body)
      const response = await fetch(`${url}/_emulator${path}`, { method, headers, ...(body === undefined ? {} : { body: content }) }).catch(
        (cause: unknown) => {
          throw new DroverError('emulator.unreachable', `The local environments do not answer at ${url}: ${errorMessage(cause)}`, {
            hint: 'Start them with `drover emulator`, or name the address that they listen on with --host.',
            cause,
          })
        },
      )
      if (!response.ok) throw refusalOf(method, path, { status: response.status, text: await response.text() })
      return response
    },
  }
}

function refusalOf(method: string, path: string, answer: { readonly status: number; readonly text: string }): DroverError {
  const said = errorIn(answer.text)
  const message = said?.message ?? `The local platform refused ${method} ${path}: ${answer.status} ${answer.text}`
  return new DroverError(said?.code.startsWith('emulator.') === true ? said.code : 'emulator.refused', message)
}

function errorIn(text: string): { readonly code: string; readonly message: string } | undefined {
  try {
    const { error } = JSON.parse(text) as { error?: { code?: unknown; message?: unknown } }
    return typeof error?.code === 'string' && typeof error.message === 'string' ? { code: error.code, message: error.message } : undefined
  } catch {
    return undefined
  }
}
