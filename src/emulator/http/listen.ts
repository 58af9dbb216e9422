import type { Server } from 'node:http'
import { DroverError } from '#domain/kernel'

/** Resolves with the port. Throws `emulator.cannot-listen`. */
export async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const hint =
        error.code === 'EADDRINUSE'
          ? 'Something else listens there: choose another port, or 0 for a free one.'
          : 'Choose another address or port.'
      reject(
        new DroverError('emulator.cannot-listen', `The local Dataverse cannot listen on ${host}:${port}: ${error.message}`, {
          hint,
          cause: error,
        }),
      )
    })
    server.listen(port, host, () => resolve())
  })
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : port
}

/** Answers what is open. */
export async function stopListening(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
    // Keep-alive connections of clients that never let go must not hold the process.
    setTimeout(() => server.closeAllConnections(), 2_000).unref()
  })
}
