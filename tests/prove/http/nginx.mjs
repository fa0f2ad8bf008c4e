// nginx as a process of its own in front of the server, as most installations have it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { until } from '../support/client.mjs';
import { freePort } from '../support/free_port.mjs';

const program = ['/usr/sbin/nginx', '/usr/bin/nginx', '/usr/local/sbin/nginx'].find(existsSync);

// It names each request itself, whatever the client calls it, and keeps its upstream connections,
// so that requests of many clients follow each other on each.
const configuration = ({ directory, ports, upstreamPort }) => `
daemon off;
worker_processes 1;
${process.getuid() === 0 ? 'user root;' : ''}
pid ${directory}/pid;
error_log ${directory}/error.log crit;
events { worker_connections 1024; }
http {
  access_log off;
  log_format ids escape=json '{"id":"$request_id","answered":"$upstream_http_x_request_id","status":"$upstream_status"}';
  client_body_temp_path ${directory}/body;
  proxy_temp_path ${directory}/proxy;
  fastcgi_temp_path ${directory}/fastcgi;
  uwsgi_temp_path ${directory}/uwsgi;
  scgi_temp_path ${directory}/scgi;
  client_header_timeout 1s;
  client_body_timeout 1s;
  keepalive_timeout 1s;
  lingering_close off;
  ignore_invalid_headers off;
  underscores_in_headers on;
  client_max_body_size 2m;
  upstream parley { server 127.0.0.1:${upstreamPort}; keepalive 64; }
  ${['on', 'off'].map((buffering, i) => `
  server {
    listen 127.0.0.1:${ports[i]};
    access_log ${directory}/access.log ids;
    location / {
      proxy_pass http://parley;
      proxy_http_version 1.1;
      proxy_request_buffering ${buffering};
      proxy_next_upstream off;
      proxy_read_timeout 5s;
      proxy_set_header Host $http_host;
      proxy_set_header Connection "";
      proxy_set_header X-Request-Id $request_id;
    }
  }`).join('')}
}
`;

/** {ports, stop}: the first port buffers request bodies, the second passes them on as they come. */
export async function startNginx(directory, upstreamPort) {
  if (!program) throw new Error('nginx is needed: apt-get install nginx');
  await mkdir(directory, { recursive: true });
  const ports = [await freePort(), await freePort()];
  const file = join(directory, 'nginx.conf');
  await writeFile(file, configuration({ directory, ports, upstreamPort }));
  const child = spawn(program, ['-p', directory, '-c', file], { stdio: 'inherit' });
  const exited = once(child, 'exit');
  await until(() => existsSync(join(directory, 'pid')), { what: 'nginx runs' });
  return {
    ports,
    /** Its own account of the requests: [{id, answered, status}]. */
    async stop() {
      child.kill('SIGQUIT');
      await exited;
      const text = await readFile(join(directory, 'access.log'), 'utf8');
      return text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
    },
  };
}
