"""How an archive is put on the web: said in the archive itself, for whoever has it in ten years."""

HOSTING = """This folder answers the public addresses of a service of badges that may be gone. MANIFEST.json says of
every file what it is (its SHA-256, its media type, and the address under which it was published).

Any web server can answer it. For badges to be found and checked as before, answer the same host name, with TLS.

  python3 -m http.server          enough to look at it on one's own machine

With nginx, so that every document has its media type and programs of other sites may read it:

  server {
    server_name badges.example.org;            # the host in MANIFEST.json, "service"
    root /srv/archive;
    charset utf-8;
    default_type application/json;             # addresses without a suffix are JSON documents
    types {
      text/html html; text/css css; text/javascript js; text/plain txt;
      image/png png; image/svg+xml svg; application/pdf pdf;
      application/vc json; application/vc+jwt jwt; application/jose jws;
    }
    add_header Access-Control-Allow-Origin *;
    add_header X-Content-Type-Options nosniff;
    location / { try_files $uri $uri/index.html =404; }
  }

With Caddy:

  badges.example.org {
    root * /srv/archive
    header Access-Control-Allow-Origin *
    header X-Content-Type-Options nosniff
    @documents path /status/* /keys/* /log/* /issuers/*/did/*
    header @documents Content-Type application/json
    try_files {path} {path}/index.html
    file_server
  }

A file that MANIFEST.json marks with the status 410 says that something was withdrawn; let it be answered with 410 where
your server can. Programs read what it says in any case.

Whether every file is as it was: flask archive check FOLDER (or compare the digests in MANIFEST.json by other means).
The badges, the lists of withdrawn badges, the documents of keys and the log are each signed by themselves: whoever
changes one of them can be found out without the manifest.
"""
