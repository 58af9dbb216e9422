import { Button, Field, Input, makeStyles, Text, Title2, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { signInPaths } from '#contract'
import { DroverError } from '#domain/kernel'
import { Brand } from '../../components/brand.tsx'
import { usePageTitle } from '../../components/page-title.ts'
import { useIssuerOffered } from '../../session.ts'
import { useSignIn } from './use-sign-in.ts'

const useStyles = makeStyles({
  page: { display: 'grid', placeItems: 'center', minHeight: '100vh', padding: '24px', boxSizing: 'border-box' },
  card: {
    width: '100%',
    maxWidth: '420px',
    boxSizing: 'border-box',
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusXLarge,
    padding: '36px',
    display: 'flex',
    flexDirection: 'column',
    gap: '20px',
  },
  form: { display: 'flex', flexDirection: 'column', gap: '20px' },
  quiet: { color: tokens.colorNeutralForeground2 },
})

export function SignInPage() {
  usePageTitle('Sign in')
  const styles = useStyles()
  const { isBusy, error, submit } = useSignIn()
  const [token, setToken] = useState('')
  const isOffered = useIssuerOffered()
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <Brand />
        <Title2 as="h1">Sign in</Title2>
        {isOffered && (
          <Button as="a" href={signInPaths.start} appearance="primary" size="large">
            Sign in with your organisation’s account
          </Button>
        )}
        <Text className={styles.quiet}>
          {isOffered ? 'Or paste' : 'Paste'} your access token. It stays in this browser tab and is forgotten when you close it.
        </Text>
        <form
          className={styles.form}
          onSubmit={(event) => {
            event.preventDefault()
            if (token.trim() !== '') void submit(token)
          }}
        >
          <Field
            label="Access token"
            {...(error === undefined ? {} : { validationState: 'error' as const, validationMessage: errorText(error) })}
          >
            <Input type="password" autoComplete="off" size="large" value={token} onChange={(_, data) => setToken(data.value)} />
          </Field>
          <Button type="submit" appearance={isOffered ? 'secondary' : 'primary'} size="large" disabled={isBusy || token.trim() === ''}>
            {isBusy ? 'Signing in…' : 'Sign in'}
          </Button>
        </form>
        <Text size={200} className={styles.quiet}>
          No token? Whoever runs Drover makes one with <code>drover token issue --person you</code>, or opens the link that{' '}
          <code>drover up</code> prints.
        </Text>
      </div>
    </main>
  )
}

function errorText(error: unknown): string {
  if (error instanceof DroverError) return `${error.message} ${error.hint ?? ''}`
  return 'This token is not accepted. It may have expired; ask for a new one.'
}
