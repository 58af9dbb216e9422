import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ImportStart } from '#engine/ports'
import { createEnvironments } from './environments.ts'
import type { LocalServer } from './testing/local-server.ts'
import { api, dependencies, environmentAt, failureOf, openAt, startLocalServer } from './testing/local-server.ts'

const start: ImportStart = {
  importJobId: '1b1fa80d-aa0f-4291-b60c-b0745304ce24',
  uploadId: 'b3963d4b-dc6c-ee11-9ae7-000d3aaae21d',
  mode: 'install',
  parameters: {
    connectionReferences: [
      {
        logicalName: 'drv_Sp',
        displayName: 'SharePoint',
        connectorId: '/providers/Microsoft.PowerApps/apis/shared_sharepointonline',
        connectionId: '0a1b',
      },
    ],
    environmentVariables: [{ schemaName: 'drv_Url', value: 'https://contoso.example' }],
  },
}

describe('the request that starts an import', () => {
  let server: LocalServer
  afterEach(() => server.close())

  async function bodyOf(mode: ImportStart['mode']): Promise<{ readonly path: string; readonly body: unknown }> {
    server = await startLocalServer(({ path }) =>
      path.endsWith('Async')
        ? { body: { ImportJobKey: start.importJobId, AsyncOperationId: '310799b8-dc6c-ee11-9ae7-000d3aaae21d' } }
        : undefined,
    )
    expect(await openAt(server.url).startImport({ ...start, mode })).toEqual({ asyncOperationId: '310799b8-dc6c-ee11-9ae7-000d3aaae21d' })
    const asked = server.asked.find(({ path }) => path.endsWith('Async'))
    return { path: asked?.path ?? '', body: asked?.body }
  }

  it('carries the chosen job id, the upload, and values and connections as component parameters', async () => {
    const { path, body } = await bodyOf('update')
    expect(path).toBe(api('ImportSolutionAsync'))
    expect(body).toEqual({
      OverwriteUnmanagedCustomizations: false,
      PublishWorkflows: true,
      ImportJobId: start.importJobId,
      ComponentParameters: [
        {
          '@odata.type': 'Microsoft.Dynamics.CRM.connectionreference',
          connectionreferencelogicalname: 'drv_Sp',
          connectionreferencedisplayname: 'SharePoint',
          connectorid: '/providers/Microsoft.PowerApps/apis/shared_sharepointonline',
          connectionid: '0a1b',
        },
        { '@odata.type': 'Microsoft.Dynamics.CRM.environmentvariablevalue', schemaname: 'drv_Url', value: 'https://contoso.example' },
      ],
      SolutionParameters: { StageSolutionUploadId: start.uploadId },
    })
  })

  it('is StageAndUpgradeAsync for an upgrade only', async () => {
    expect((await bodyOf('upgrade')).path).toBe(api('StageAndUpgradeAsync'))
  })
})

describe('an import whose start gets no answer', () => {
  let signIn: LocalServer
  let target: Server
  /** What arrived at the target, connection by connection. */
  let received: string[]

  beforeEach(async () => {
    signIn = await startLocalServer(() => undefined)
    received = []
  })
  afterEach(async () => {
    await signIn.close()
    await new Promise((resolve) => target.close(resolve))
  })

  async function startAgainst(onConnection: (socket: Socket, index: number) => void): Promise<unknown> {
    target = createServer((socket) => {
      const index = received.push('') - 1
      socket.on('data', (chunk) => {
        received[index] += chunk.toString()
      })
      socket.on('error', () => undefined)
      onConnection(socket, index)
    })
    await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve))
    // A server that listens on TCP has an address with a port.
    const url = `http://127.0.0.1:${(target.address() as AddressInfo).port}`
    return failureOf(startAt(url))
  }

  function startAt(url: string): Promise<unknown> {
    const environment = environmentAt(url, { credentials: environmentAt(signIn.url).credentials })
    return createEnvironments(dependencies({ limits: { requestTimeoutMs: 300, retryDelayMs: 5 } }))
      .open(environment)
      .startImport(start)
  }

  it('has certainly not arrived when the connection is refused', async () => {
    target = createServer()
    await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve))
    const { port } = target.address() as AddressInfo // listens on TCP
    await new Promise((resolve) => target.close(resolve))
    expect(await failureOf(startAt(`http://127.0.0.1:${port}`))).toMatchObject({ code: 'dataverse.unreachable', isRetryable: true })
  })

  it('has certainly not arrived when the name does not resolve', async () => {
    target = createServer().listen(0, '127.0.0.1')
    expect(await failureOf(startAt('http://no-such-host.invalid'))).toMatchObject({ code: 'dataverse.unreachable', isRetryable: true })
  })

  it('has certainly not arrived when the other side does not speak TLS', async () => {
    target = createServer((socket) => {
      socket.on('error', () => undefined).resume()
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => target.once('listening', resolve))
    const { port } = target.address() as AddressInfo // listens on TCP
    expect(await failureOf(startAt(`https://127.0.0.1:${port}`))).toMatchObject({ code: 'dataverse.unreachable', isRetryable: true })
  })

  it('has certainly not arrived when signing in fails before it', async () => {
    target = createServer().listen(0, '127.0.0.1')
    await signIn.close()
    signIn = await startLocalServer(({ path }) => (path.includes('oauth2') ? { status: 503, body: 'down' } : undefined))
    const error = await failureOf(createEnvironments(dependencies()).open(environmentAt(signIn.url)).startImport(start))
    expect(error).toMatchObject({ code: 'dataverse.unreachable', isRetryable: true })
    expect(signIn.asked.some(({ path }) => path.includes('Import'))).toBe(false)
  })

  it('may have arrived when the server closes without reading', async () => {
    const error = await startAgainst((socket) => socket.destroy())
    expect(error).toMatchObject({ code: 'dataverse.ambiguous', isRetryable: false })
  })

  it('may have arrived when the server closes after it has read the request', async () => {
    const error = await startAgainst((socket, index) => {
      socket.on('data', () => {
        if (received[index]?.includes(start.uploadId)) socket.destroy()
      })
    })
    expect(error).toMatchObject({ code: 'dataverse.ambiguous' })
    expect(received.filter((text) => text.includes('ImportSolutionAsync'))).toHaveLength(1)
  })

  it('may have arrived when the server accepts it and breaks off its answer', async () => {
    const error = await startAgainst((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 200\r\n\r\n{"AsyncOperationId":')
        setTimeout(() => socket.destroy(), 20)
      })
    })
    expect(error).toMatchObject({ code: 'dataverse.ambiguous' })
    expect(received).toHaveLength(1)
  })

  it('may have arrived when the answer says success but cannot be read', async () => {
    const error = await startAgainst((socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}')))
    expect(error).toMatchObject({ code: 'dataverse.ambiguous' })
  })

  it('may have arrived when no answer comes in time', async () => {
    const error = await startAgainst(() => undefined)
    expect(error).toMatchObject({ code: 'dataverse.ambiguous' })
    expect(received).toHaveLength(1)
  })

  it.each([502, 503, 504, 500])('may have arrived when a gateway answers %i', async (status) => {
    const error = await startAgainst((socket) =>
      socket.once('data', () => socket.end(`HTTP/1.1 ${status} Bad\r\nretry-after: 0\r\ncontent-length: 4\r\n\r\ndown`)),
    )
    expect(error).toMatchObject({ code: 'dataverse.ambiguous' })
    expect(received).toHaveLength(1)
  })

  it.each([
    [400, '0x80048d19', 'dataverse.refused'],
    [429, '0x80072322', 'dataverse.throttled'],
    [500, '0x80071151', 'dataverse.refused'],
    [501, '0x80060888', 'dataverse.refused'],
  ])('was turned away when Dataverse itself answers %i %s', async (status, code, expected) => {
    const body = JSON.stringify({ error: { code, message: 'No.' } })
    const error = await startAgainst((socket) =>
      socket.once('data', () =>
        socket.end(`HTTP/1.1 ${status} No\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`),
      ),
    )
    expect(error).toMatchObject({ code: expected })
    expect(received).toHaveLength(1)
  })
})
