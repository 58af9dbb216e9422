import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  root: 'src/web',
  plugins: [react()],
  // Our own rooms are read as sources, through the same subpath imports as everywhere.
  resolve: { conditions: ['source', 'module', 'browser', 'import', 'default'] },
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: false,
    // One application, loaded once and kept: a second request for each page would buy nothing yet.
    chunkSizeWarningLimit: 1200,
  },
})
