import { FluentProvider } from '@fluentui/react-components'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useState } from 'react'
import { RefusedError } from './api.ts'
import { router } from './router.tsx'
import { SignInPage } from './routes/sign-in/sign-in-page.tsx'
import { useToken } from './session.ts'
import { useTheme } from './theme.ts'

export function App() {
  const theme = useTheme()
  const token = useToken()
  return (
    <FluentProvider theme={theme} style={{ minHeight: '100vh', backgroundColor: theme.colorNeutralBackground3 }}>
      {token === undefined ? <SignInPage /> : <SignedIn key={token} />}
    </FluentProvider>
  )
}

/** Mounted anew for each person, with a memory of its own: nothing that one has read is shown to the next. */
function SignedIn() {
  const [queries] = useState(createQueries)
  return (
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  )
}

function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: 5_000, retry: (count, error) => !(error instanceof RefusedError) && count < 2, retryDelay: 500 },
      mutations: { retry: false },
    },
  })
}
