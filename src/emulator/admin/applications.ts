import { putApplication } from '../admin-plane/applications.ts'
import type { ControlApi, ControlReply, ControlRequest } from './control-request.ts'
import { done, objects, optionalText, readBody, text } from './control-request.ts'

/** `PUT /_emulator/applications/{uniqueName} {version, solutions: [{uniqueName, version}], displayName?, fault?}`: an application that the tenant may install. */
export async function answerApplications(api: ControlApi, request: ControlRequest): Promise<ControlReply | undefined> {
  const [, uniqueName] = request.segments
  if (request.method !== 'PUT' || uniqueName === undefined || request.segments.length > 2) return undefined
  const body = await readBody(request)
  const fault = optionalText(body, 'fault')
  const application = {
    ...{ uniqueName, displayName: optionalText(body, 'displayName') ?? uniqueName, version: text(body, 'version') },
    solutions: objects(body, 'solutions').map((each) => ({ uniqueName: text(each, 'uniqueName'), version: text(each, 'version') })),
    ...(fault === undefined ? {} : { fault }),
  }
  await api.store.tenant().write((tx) => putApplication(tx, application))
  return done
}
