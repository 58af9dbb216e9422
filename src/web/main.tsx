import './no-compiling.ts'
import './base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { lookForSession, readToken, takeTokenFromAddress } from './session.ts'

takeTokenFromAddress()
addEventListener('hashchange', takeTokenFromAddress)

const root = document.getElementById('root')
const looked = lookForSession()
// Whoever has a token need not wait to be told that there is no session.
if (readToken() === undefined) await looked
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
}
