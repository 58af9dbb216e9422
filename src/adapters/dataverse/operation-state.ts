import { z } from 'zod'
import type { OperationState } from '#engine/ports'
import type { DataverseClient } from './client.ts'
import { hexCode, readFailureText } from './platform-error.ts'

export const completed = 3
const succeeded = 30
const canceled = 32

const row = z.object({
  statecode: z.number(),
  statuscode: z.number(),
  message: z.string().nullish(),
  friendlymessage: z.string().nullish(),
  errorcode: z.number().nullish(),
})

/** One look at an asynchronous operation; on success the platform leaves code and messages null. */
export async function fetchOperation(client: DataverseClient, asyncOperationId: string): Promise<OperationState> {
  const operation = await client.find(
    `asyncoperations(${asyncOperationId})?$select=statecode,statuscode,message,friendlymessage,errorcode`,
    row,
  )
  if (operation === undefined) return { state: 'absent' }
  if (operation.statecode !== completed) return { state: 'waiting' }
  if (operation.statuscode === succeeded) return { state: 'succeeded' }
  const fallback = operation.statuscode === canceled ? 'The operation was cancelled.' : 'The platform gives no reason.'
  const said = readFailureText(operation.message ?? operation.friendlymessage ?? fallback)
  return {
    state: 'failed',
    code: hexCode(operation.errorcode ?? undefined) ?? said.code,
    message: said.message === '' ? fallback : (await client.makeStrike())(said.message),
  }
}
