import { SignInRefusal } from './refusal.ts'

export interface AskedScope {
  readonly resource: string
  /** A refresh token is wanted. */
  readonly isOffline: boolean
  /** An id token is wanted. */
  readonly wantsId: boolean
}

const ofOpenId: readonly string[] = ['openid', 'profile', 'email', 'offline_access']

/** Reads a scope: `<resource>/.default`, for people also `<resource>/user_impersonation` and the scopes of OpenID Connect. */
export function readScope(scope: string, whose: 'application' | 'person'): AskedScope {
  const words = scope.split(/\s+/).filter((word) => word !== '')
  const [first, ...others] = whose === 'person' ? words.filter((word) => !ofOpenId.includes(word)) : [scope]
  const suffix = ['/.default', ...(whose === 'person' ? ['/user_impersonation'] : [])].find((end) => first?.endsWith(end) === true)
  if (first === undefined || suffix === undefined || others.length > 0) throw invalidScope(scope, whose)
  return {
    resource: first.slice(0, -suffix.length),
    isOffline: words.includes('offline_access'),
    wantsId: words.includes('openid'),
  }
}

function invalidScope(scope: string, whose: 'application' | 'person'): SignInRefusal {
  if (whose === 'application') {
    const text = `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`
    return new SignInRefusal(400, 'invalid_scope', { code: 1002012, text })
  }
  const text = `The provided value for the input parameter 'scope' is not valid. The scope '${scope}' must name one resource, as /.default or /user_impersonation.`
  return new SignInRefusal(400, 'invalid_scope', { code: 70011, text })
}
