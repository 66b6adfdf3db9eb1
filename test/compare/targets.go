//go:build linux

package main

// A target is a gateway under measure. {DIR} in its command is the scratch
// folder, {SELF} this program, {POTERNE} the binary.
type target struct {
	name    string
	command string
	needs   string // a program; without it the target is left out
	url     string
	of      string // the target whose process this is; "": its own
	logs    string // address of a control plane that is told to log requests
}

var targets = []target{
	{name: "nginx", command: "nginx -p {DIR} -c {DIR}/nginx.conf", needs: "nginx", url: "http://127.0.0.1:18001"},
	{name: "nginx-tls", of: "nginx", url: "https://127.0.0.1:18002"},
	{name: "haproxy", command: "haproxy -db -f {DIR}/haproxy.cfg", needs: "haproxy", url: "http://127.0.0.1:18011"},
	{name: "reverseproxy", command: "{SELF} -role reverseproxy 127.0.0.1:18020", url: "http://127.0.0.1:18020"},
	{name: "poterne", url: "http://127.0.0.1:18100",
		command: "{POTERNE} serve --control " + controlAddr + " --data 127.0.0.1:18100 --data-tls 127.0.0.1:18102 {DIR}/bench.yaml"},
	{name: "poterne-tls", of: "poterne", url: "https://127.0.0.1:18102"},
	{name: "poterne-logged", url: "http://127.0.0.1:18110", logs: "127.0.0.1:18109",
		command: "{POTERNE} serve --control 127.0.0.1:18109 --data 127.0.0.1:18110 --access-log {DIR}/access.log {DIR}/bench.yaml"},
	{name: "one API", url: "http://127.0.0.1:18120",
		command: "{POTERNE} serve --control 127.0.0.1:18119 --data 127.0.0.1:18120 {DIR}/api-0.yaml"},
	{name: "1,000 APIs", url: "http://127.0.0.1:18130",
		command: "{POTERNE} serve --control 127.0.0.1:18129 --data 127.0.0.1:18130 {DIR}/apis"},
}

// A workload is a table: what is asked, and at which path each target has it.
// The first target is the one that the others are compared with.
type workload struct {
	name, title string
	body        int // bytes of a JSON body; 0: a GET
	paths       []path
}

// A path may have {N} in it, a random number below among.
type path struct {
	target, path string
	among        int
}

const invoke = "/_aws/execute-api/bench/prod"

func proxied(size string) []path {
	return []path{
		{target: "nginx", path: "/b/" + size}, {target: "haproxy", path: "/b/" + size},
		{target: "reverseproxy", path: "/b/" + size}, {target: "poterne", path: invoke + "/b/" + size},
	}
}

var workloads = []workload{
	{"proxy-100", "HTTP_PROXY, 100 bytes", 0, proxied("100")},
	{"proxy-10k", "HTTP_PROXY, 10 KB", 0, proxied("10240")},
	{"proxy-100k", "HTTP_PROXY, 100 KB", 0, proxied("102400")},
	{"post-10k", "HTTP_PROXY, POST of 10 KB", 10240, proxied("100")},
	{"templates", "HTTP with a request and a response template, 1 KB of JSON, against nginx's plain proxying", 1024,
		[]path{{target: "nginx", path: "/b/json"}, {target: "poterne", path: invoke + "/t/json"}}},
	{"mock", "MOCK, against nginx's return 200", 0,
		[]path{{target: "nginx", path: "/mock"}, {target: "poterne", path: invoke + "/mock"}}},
	{"tls", "MOCK over TLS, connections kept, against nginx's return 200", 0,
		[]path{{target: "nginx-tls", path: "/mock"}, {target: "poterne-tls", path: invoke + "/mock"}}},
	{"access-log", "HTTP_PROXY, 100 bytes, access log to a file, against the same without", 0,
		[]path{{target: "poterne", path: invoke + "/b/100"}, {target: "poterne-logged", path: invoke + "/b/100"}}},
	{"apis", "MOCK, one API against each request to another of 1,000", 0,
		[]path{{target: "one API", path: manyInvoke, among: 1}, {target: "1,000 APIs", path: manyInvoke, among: manyAPIs}}},
}

const (
	manyAPIs   = 1000
	manyInvoke = "/_aws/execute-api/api-{N}/prod/mock"
)

const (
	backendAddr = "127.0.0.1:19000"
	controlAddr = "127.0.0.1:18099" // of poterne
)

// files are what the targets read, written to {DIR}.
var files = map[string]string{
	"nginx.conf": `worker_processes 1;
daemon off;
pid nginx.pid;
error_log nginx.err warn;
worker_rlimit_nofile 16384;
events { worker_connections 8192; multi_accept on; }
http {
  access_log off;
  keepalive_requests 100000000;
  tcp_nodelay on;
  client_body_buffer_size 256k;
  client_max_body_size 16m;
  client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
  upstream be { server 127.0.0.1:19000; keepalive 256; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:18001 backlog=4096;
    location /b/ {
      proxy_pass http://be;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_buffer_size 16k;
      proxy_buffers 32 32k;
      proxy_busy_buffers_size 256k;
      proxy_max_temp_file_size 0;
    }
    location /mock { default_type application/json; add_header x-amzn-RequestId $request_id; return 200 '` + mockBody + `'; }
  }
  server {
    listen 127.0.0.1:18002 ssl backlog=4096;
    ssl_certificate cert.pem; ssl_certificate_key key.pem;
    location /mock { default_type application/json; add_header x-amzn-RequestId $request_id; return 200 '` + mockBody + `'; }
  }
}
`,
	"haproxy.cfg": `global
  maxconn 8192
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  option http-keep-alive
  http-reuse always
frontend f
  bind 127.0.0.1:18011
  option forwardfor
  default_backend b
backend b
  server s 127.0.0.1:19000 pool-max-conn 256
`,
	"bench.yaml": `openapi: 3.0.1
info: {title: bench, version: "1"}
x-poterne-stage: {name: prod}
paths:
  /b/{proxy+}:
    parameters: [{name: proxy, in: path, required: true, schema: {type: string}}]
    x-amazon-apigateway-any-method:
      x-amazon-apigateway-integration:
        type: http_proxy
        httpMethod: ANY
        uri: http://127.0.0.1:19000/b/{proxy}
        requestParameters: {integration.request.path.proxy: method.request.path.proxy}
  /t/{size}:
    parameters: [{name: size, in: path, required: true, schema: {type: string}}]
    post:
      responses: {"200": {description: ok}}
      x-amazon-apigateway-integration:
        type: http
        httpMethod: POST
        uri: http://127.0.0.1:19000/b/{size}
        requestParameters: {integration.request.path.size: method.request.path.size}
        requestTemplates:
          application/json: |
            #set($order = $input.path('$'))
            {"id": "$order.id", "customer": "$util.escapeJavaScript($order.customer)",
             "items": [#foreach($i in $order.items){"sku": "$i.sku", "n": $i.n}#if($foreach.hasNext),#end#end],
             "stage": "$context.stage", "raw": $input.json('$.items[0]')}
        responses:
          default:
            statusCode: "200"
            responseTemplates:
              application/json: |
                #set($answer = $input.path('$'))
                {"id": "$answer.id", "customer": "$answer.customer", "count": $answer.items.size(),
                 "items": [#foreach($i in $answer.items)"$i.sku"#if($foreach.hasNext),#end#end]}
  /mock:
    get:
      responses: {"200": {description: ok}}
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: {application/json: "{\"statusCode\": 200}"}
        responses:
          default: {statusCode: "200", responseTemplates: {application/json: '` + mockBody + `'}}
`,
}

// manyFile is one of the documents of many APIs.
const manyFile = `openapi: 3.0.1
info: {title: api-%d, version: "1"}
x-poterne-stage: {name: prod}
paths:
  /mock:
    get:
      responses: {"200": {description: ok}}
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: {application/json: "{\"statusCode\": 200}"}
        responses:
          default: {statusCode: "200", responseTemplates: {application/json: '` + mockBody + `'}}
`

const mockBody = `{"id":"0123456789","name":"mock","values":[1,2,3,4,5],"ok":true,"pad":"xxxxxxxxxxxxxxxxxxxxxxxxxxx"}`
