import { randomBytes, randomInt } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { EnvironmentStore, Row } from '../store/store.ts'
import { isSameSecret } from './client-authentication.ts'
import { SignInRefusal } from './refusal.ts'
import type { PersonRegistration } from './registration.ts'

const table = 'devicecode'
const lifeMs = 900_000
const intervalMs = 5_000
// Without letters and digits that look alike.
const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'

export interface DeviceCodes {
  /** What all environments share. */
  readonly tenant: EnvironmentStore
  readonly clock: Clock
}

export interface StartedDeviceCode {
  readonly deviceCode: string
  readonly userCode: string
  readonly expiresInSeconds: number
  readonly intervalSeconds: number
}

/** A new pair of codes, valid for 15 minutes of the service's time; to be polled every 5 seconds of it. */
export async function startDeviceCode(
  codes: DeviceCodes,
  asked: { readonly clientId: string; readonly scope: string },
): Promise<StartedDeviceCode> {
  const { clock } = codes
  const deviceCode = randomBytes(48).toString('base64url')
  const userCode = Array.from({ length: 9 }, () => letters.charAt(randomInt(letters.length))).join('')
  const now = clock.now().getTime()
  await codes.tenant.write((tx) => {
    for (const row of tx.list(table)) if (Number(row['forgottenAt']) < now) tx.remove(table, String(row['userCode']))
    const life = clock.scaled(lifeMs)
    tx.put(table, userCode, { ...asked, deviceCode, userCode, expiresAt: now + life, forgottenAt: now + 2 * life, nextPollAt: 0 })
  })
  return {
    deviceCode,
    userCode,
    expiresInSeconds: Math.ceil(clock.scaled(lifeMs) / 1000),
    intervalSeconds: Math.max(1, Math.round(clock.scaled(intervalMs) / 1000)),
  }
}

/** Who confirmed the code, and for what; the code is used up then. Throws what a client has to go on polling for, or give up at. */
export async function redeemDeviceCode(
  codes: DeviceCodes,
  asked: { readonly clientId: string; readonly deviceCode: string },
): Promise<{ readonly objectId: string; readonly scope: string }> {
  const now = codes.clock.now().getTime()
  // Not thrown inside of the transaction, which would forget when the client polled.
  const outcome = await codes.tenant.write((tx) => {
    const row = tx.list(table).find((each) => each['deviceCode'] === asked.deviceCode && each['clientId'] === asked.clientId)
    if (row === undefined) return unknownCode()
    const id = String(row['userCode'])
    if (Number(row['expiresAt']) <= now) return expired()
    if (typeof row['objectId'] === 'string') {
      tx.remove(table, id)
      return { objectId: row['objectId'], scope: String(row['scope']) }
    }
    const isEarly = now < Number(row['nextPollAt'])
    tx.put(table, id, { ...row, nextPollAt: now + codes.clock.scaled(intervalMs) * 0.9 })
    return isEarly ? tooFast() : pending()
  })
  if (outcome instanceof SignInRefusal) throw outcome
  return outcome
}

/** A person confirms a code with the own password. */
export async function confirmDeviceCode(
  codes: DeviceCodes,
  given: { readonly userCode: string; readonly person: PersonRegistration | undefined; readonly password: string },
): Promise<void> {
  const { person } = given
  if (person === undefined || !isSameSecret(given.password, person.password)) {
    const text = 'Error validating credentials due to invalid username or password.'
    throw new SignInRefusal(400, 'invalid_grant', { code: 50126, text })
  }
  const now = codes.clock.now().getTime()
  await codes.tenant.write((tx) => {
    const row: Row | undefined = tx.get(table, given.userCode.trim().toUpperCase())
    if (row === undefined || Number(row['expiresAt']) <= now) {
      const text = 'Invalid verification code due to User typing in wrong user code for device code flow. Authorization is not approved.'
      throw new SignInRefusal(400, 'bad_verification_code', { code: 70018, text })
    }
    tx.put(table, String(row['userCode']), { ...row, objectId: person.objectId })
  })
}

function pending(): SignInRefusal {
  const text = 'OAuth 2.0 device flow error. Authorization is pending. Continue polling.'
  return new SignInRefusal(400, 'authorization_pending', { code: 70016, text })
}

// RFC 8628 §3.5; the number is unverified.
function tooFast(): SignInRefusal {
  const text = 'OAuth 2.0 device flow error. The client polls too often. Wait longer between two requests.'
  return new SignInRefusal(400, 'slow_down', { code: 70016, text })
}

function expired(): SignInRefusal {
  const text = "The provided value for the input parameter 'device_code' is not valid. This device code has expired."
  return new SignInRefusal(400, 'expired_token', { code: 70020, text })
}

function unknownCode(): SignInRefusal {
  const text = "The provided value for the input parameter 'device_code' is not valid."
  return new SignInRefusal(400, 'bad_verification_code', { code: 70018, text })
}
