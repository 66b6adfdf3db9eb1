'use strict';
(function (root, factory) {
  const made = factory();
  if (typeof module === 'object' && module.exports) module.exports = made;
  root.apigClientFactory = made;
})(typeof globalThis === 'object' ? globalThis : this, function () {
  const api = /* API */ null;

  const text = new TextEncoder();
  const hex = (bytes) => Array.from(new Uint8Array(bytes), (b) => b.toString(16).padStart(2, '0')).join('');
  const encode = (s) => encodeURIComponent(s).replace(/[!'()*]/g, (c) => '%' + c.charCodeAt(0).toString(16).toUpperCase());

  async function sha256(data) {
    return hex(await crypto.subtle.digest('SHA-256', data));
  }

  async function hmac(key, message) {
    const k = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    return crypto.subtle.sign('HMAC', k, text.encode(message));
  }

  // sign adds the headers of Signature Version 4 for execute-api.
  async function sign(request, config) {
    const url = new URL(request.url);
    const amzDate = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
    const scope = [amzDate.slice(0, 8), config.region, 'execute-api', 'aws4_request'].join('/');
    request.headers['X-Amz-Date'] = amzDate;
    if (config.sessionToken) request.headers['X-Amz-Security-Token'] = config.sessionToken;
    const signed = { host: url.host };
    for (const name of Object.keys(request.headers)) {
      signed[name.toLowerCase()] = String(request.headers[name]).trim().replace(/ +/g, ' ');
    }
    const names = Object.keys(signed).sort();
    const query = [];
    for (const [name, value] of url.searchParams) query.push(encode(name) + '=' + encode(value));
    const canonical = [
      request.method,
      url.pathname.split('/').map(encode).join('/'),
      query.sort().join('&'),
      names.map((n) => n + ':' + signed[n] + '\n').join(''),
      names.join(';'),
      await sha256(request.body === undefined ? new Uint8Array() : text.encode(request.body)),
    ].join('\n');
    const toSign = ['AWS4-HMAC-SHA256', amzDate, scope, await sha256(text.encode(canonical))].join('\n');
    let key = text.encode('AWS4' + config.secretKey);
    for (const part of scope.split('/')) key = await hmac(key, part);
    request.headers['Authorization'] = 'AWS4-HMAC-SHA256 Credential=' + config.accessKey + '/' + scope +
      ', SignedHeaders=' + names.join(';') + ', Signature=' + hex(await hmac(key, toSign));
  }

  // addQuery adds a parameter; a list is one for each value.
  function addQuery(query, name, value) {
    for (const one of Array.isArray(value) ? value : [value]) query.push(encode(name) + '=' + encode(String(one)));
  }

  function build(operation, config, params, body, more) {
    const headers = Object.assign({ Accept: config.defaultAcceptType }, more.headers);
    const query = [];
    let path = operation.path;
    for (const p of operation.params) {
      const value = params[p.name];
      if (value === undefined || value === null) {
        if (p.required) throw new Error(operation.name + ': missing required parameter ' + p.name);
        continue;
      }
      if (p.in === 'header') headers[p.name] = String(value);
      else if (p.in === 'querystring') addQuery(query, p.name, value);
      else if (p.greedy) path = path.replace('{' + p.name + '+}', () => String(value).split('/').map(encode).join('/'));
      else path = path.replace('{' + p.name + '}', () => encode(String(value)));
    }
    for (const name of Object.keys(more.queryParams || {})) addQuery(query, name, more.queryParams[name]);
    if (operation.needsKey && config.apiKey) headers['x-api-key'] = config.apiKey;
    const method = operation.verb === 'ANY' ? more.method || 'GET' : operation.verb;
    const request = { method, headers, url: config.endpoint + path + (query.length ? '?' + query.join('&') : '') };
    const hasBody = operation.hasBody && method !== 'GET' && method !== 'HEAD' && body !== undefined && body !== null && body !== '';
    if (hasBody) {
      request.body = typeof body === 'string' ? body : JSON.stringify(body);
      const named = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
      if (!named) headers['Content-Type'] = config.defaultContentType;
    }
    return request;
  }

  async function send(request) {
    const response = await fetch(request.url, request);
    const raw = await response.text();
    let data = raw;
    if (/json/.test(response.headers.get('content-type') || '')) {
      try {
        data = JSON.parse(raw);
      } catch {
        // what is called JSON and is none is given as it came
      }
    }
    const answer = { status: response.status, statusText: response.statusText, headers: Object.fromEntries(response.headers), data, config: request };
    if (response.ok) return answer;
    throw Object.assign(new Error('HTTP status ' + response.status), { response: answer }, answer);
  }

  // newClient makes a client of the API. Every member of config is optional.
  function newClient(config) {
    config = Object.assign({
      endpoint: api.endpoint, region: api.region, accessKey: '', secretKey: '', sessionToken: '', apiKey: '',
      defaultContentType: 'application/json', defaultAcceptType: 'application/json',
    }, config);
    config.endpoint = config.endpoint.replace(/\/+$/, '');
    const client = {};
    for (const operation of api.operations) {
      const call = async (params, body, more) => {
        const request = build(operation, config, params || {}, body, more || {});
        if (operation.signed && config.accessKey) await sign(request, config);
        return send(request);
      };
      client[operation.name] = call;
      if (operation.alias) client[operation.alias] = call;
    }
    return client;
  }

  return { newClient };
});
